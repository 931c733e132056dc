import type { NodePort } from "../connection/client-port.ts";
import type { Connection } from "../connection/connection.ts";
import { whenAll } from "../connection/when-all.ts";
import { startingWith } from "./keyspace.ts";

/** Keys that the server looks at for one SCAN, about. */
const KEYS_PER_SCAN = 1_000;

export interface ClearSettings {
  readonly connection: Connection;
  readonly keyspace: string;
  /** Makes the error of a refused SCAN. */
  refused(error: Error): Error;
}

/** Removes the keys that one server holds. */
export async function clearServer(settings: ClearSettings, server: NodePort): Promise<void> {
  const { connection, keyspace, refused } = settings;
  // The client puts its prefix before the keys of commands, but not into a pattern, nor takes it from
  // scanned keys.
  const added = connection.port.keyPrefix;
  const start = Buffer.from(added + keyspace);
  const skipped = Buffer.byteLength(added);
  const pattern = startingWith(added + keyspace);
  let cursor = "0";
  do {
    const scanned = await connection.run({
      send: () => server.scan(cursor, pattern, KEYS_PER_SCAN),
      parse: (reply) => reply,
      refused,
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

/** In a cluster one by one, by way of the whole client: the slot of a key may have moved. */
async function unlink(connection: Connection, keys: readonly Buffer[]): Promise<void> {
  const { port } = connection;
  const commands = port.topology === "cluster" ? keys.map((key) => [key]) : [keys];
  const remove = (some: readonly Buffer[]): Promise<void> =>
    connection.run({ changes: "all", send: () => port.unlink(some), parse: () => undefined });
  await whenAll(port.together(() => commands.map(remove)));
}
