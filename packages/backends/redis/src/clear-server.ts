import { together, whenAll } from "./cluster-batch.ts";
import type { Connection } from "./connection.ts";
import { startingWith } from "./prefix.ts";
import { isCluster, type RedisClient } from "./redis-client.ts";

/** Keys that the server looks at for one SCAN, about. */
const KEYS_PER_SCAN = 1_000;

/** Removes the keys that one server holds. */
export async function clearServer(
  connection: Connection,
  server: RedisClient,
  keyspace: string,
): Promise<void> {
  // ioredis puts `keyPrefix` before the keys of commands, but not into a pattern, nor takes it from scanned keys.
  const added = connection.client.options?.keyPrefix ?? "";
  const start = Buffer.from(added + keyspace);
  const skipped = Buffer.byteLength(added);
  const pattern = startingWith(added + keyspace);
  let cursor = "0";
  do {
    const scanned = await connection.run({
      send: () => server.scanBuffer(cursor, "MATCH", pattern, "COUNT", KEYS_PER_SCAN),
      take: (reply) => reply,
    });
    cursor = scanned[0].toString();
    // Deletion goes by this comparison, not by how a server reads the pattern.
    const keys = scanned[1].filter((key) => key.subarray(0, start.length).equals(start));
    if (keys.length === 0) continue;
    await unlink(
      connection,
      keys.map((key) => key.subarray(skipped)),
    );
  } while (cursor !== "0");
}

/** In a cluster one by one, by way of it: a key's slot may have moved. */
async function unlink(connection: Connection, keys: readonly Buffer[]): Promise<void> {
  const commands = isCluster(connection.client) ? keys.map((key) => [key]) : [[...keys]];
  const remove = (some: Buffer[]): Promise<void> =>
    connection.run({ changes: "all", send: (client) => client.unlink(some), take: () => undefined });
  await whenAll(together(connection, commands, remove));
}
