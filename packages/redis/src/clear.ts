import type { Connection } from "./connection.ts";
import { startingWith } from "./prefix.ts";

/** Keys that the server looks at for one SCAN, about. */
const KEYS_PER_SCAN = 1_000;

/**
 * Removes every key that starts with `keyspace`, by SCAN and UNLINK: the server is never held up for long. An entry
 * written meanwhile may or may not be removed.
 */
export async function clear(connection: Connection, keyspace: string): Promise<void> {
  // ioredis puts `keyPrefix` before the keys of commands, but not into a pattern, nor takes it from scanned keys.
  const added = connection.client.options?.keyPrefix ?? "";
  const start = Buffer.from(added + keyspace);
  const skipped = Buffer.byteLength(added);
  const pattern = startingWith(added + keyspace);
  let cursor = "0";
  do {
    const scanned = await connection.run({
      send: (client) => client.scanBuffer(cursor, "MATCH", pattern, "COUNT", KEYS_PER_SCAN),
      take: (reply) => reply,
    });
    cursor = scanned[0].toString();
    // Deletion goes by this comparison, not by how a server reads the pattern.
    const keys = scanned[1].filter((key) => key.subarray(0, start.length).equals(start));
    if (keys.length === 0) continue;
    await connection.run({
      send: (client) => client.unlink(keys.map((key) => key.subarray(skipped))),
      take: () => undefined,
    });
  } while (cursor !== "0");
}
