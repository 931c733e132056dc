import { together, whenAll } from "./cluster-batch.ts";
import type { Connection } from "./connection.ts";
import { startingWith } from "./prefix.ts";
import { isCluster, type RedisClient, type RedisClusterClient } from "./redis-client.ts";

/** Keys that the server looks at for one SCAN, about. */
const KEYS_PER_SCAN = 1_000;

/**
 * Removes every key that starts with `keyspace`, by SCAN and UNLINK, on every master of a cluster: a server is never
 * held up for long. Each of these commands has the connection's deadline; their number grows with that of the keys in
 * the database. An entry written meanwhile may or may not be removed.
 */
export async function clear(connection: Connection, keyspace: string): Promise<void> {
  const servers = await connection.run({ send: masters, take: (reply) => reply });
  await whenAll(servers.map((server) => clearOne(connection, server, keyspace)));
}

async function clearOne(connection: Connection, server: RedisClient, keyspace: string): Promise<void> {
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

/** The servers that hold the keys, among them those that are away. */
async function masters(client: RedisClient): Promise<readonly RedisClient[]> {
  return isCluster(client) ? mastersOf(client) : [client];
}

function mastersOf(client: RedisClusterClient): Promise<readonly RedisClient[]> {
  return new Promise((resolve, reject) => {
    // In the callback no node has left the list yet for want of a connection.
    client.refreshSlotsCache((error) => {
      if (error) reject(error);
      else resolve(client.nodes("master"));
    });
  });
}

/** In a cluster one by one, by way of it: a key's slot may have moved. */
async function unlink(connection: Connection, keys: readonly Buffer[]): Promise<void> {
  const commands = isCluster(connection.client) ? keys.map((key) => [key]) : [[...keys]];
  const remove = (some: Buffer[]): Promise<void> =>
    connection.run({ send: (client) => client.unlink(some), take: () => undefined });
  await whenAll(together(connection, commands, remove));
}
