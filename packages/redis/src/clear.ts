import { together, whenAll } from "./cluster-batch.ts";
import type { Connection } from "./connection.ts";
import { startingWith } from "./prefix.ts";
import {
  isCluster,
  type RedisClient,
  type RedisClusterClient,
  type RedisServerClient,
} from "./redis-client.ts";

/** Keys that the server looks at for one SCAN, about. */
const KEYS_PER_SCAN = 1_000;

/**
 * Removes every key that starts with `keyspace`, by SCAN and UNLINK, on every master of a cluster: a server is never
 * held up for long. Each of these commands has the connection's deadline; their number grows with that of the keys in
 * the database. An entry written meanwhile may or may not be removed.
 */
export async function clear(connection: Connection, keyspace: string): Promise<void> {
  if (isCluster(connection.client)) await clearCluster(connection, keyspace);
  else await clearOne(connection, connection.client, keyspace);
}

/**
 * A key that moves from a master not yet scanned to one that has been is seen by neither scan. But where it is then, the
 * next round finds it, and what moves during that has been in its place for all of the first: two rounds are enough, unless
 * a slot moves twice.
 */
async function clearCluster(connection: Connection, keyspace: string): Promise<void> {
  const servers = await clearMasters(connection, keyspace, slotsOf);
  if (servers.some(([before, after]) => before !== after || isMoving(after)))
    await clearMasters(connection, keyspace, async () => "");
}

type Note = (connection: Connection, server: RedisServerClient) => Promise<string>;

/** One round. What `note` gave for each master, before and after. */
async function clearMasters(
  connection: Connection,
  keyspace: string,
  note: Note,
): Promise<[before: string, after: string][]> {
  const servers = await connection.run({ send: masters, take: (reply) => reply });
  const noteAll = (): Promise<string[]> => whenAll(servers.map((server) => note(connection, server)));
  const before = await noteAll();
  await whenAll(servers.map((server) => clearOne(connection, server, keyspace)));
  const after = await noteAll();
  return before.map((one, index) => [one, after[index] as string]);
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

/** The masters, among them those that are away. */
function masters(client: RedisClient): Promise<readonly RedisServerClient[]> {
  return new Promise((resolve, reject) => {
    // In the callback no node has left the list yet for want of a connection.
    (client as RedisClusterClient).refreshSlotsCache((error) => {
      if (error) reject(error);
      else resolve((client as RedisClusterClient).nodes("master"));
    });
  });
}

/** The slots of a master, as CLUSTER NODES tells them: https://redis.io/docs/latest/commands/cluster-nodes/ */
function slotsOf(connection: Connection, server: RedisServerClient): Promise<string> {
  return connection.run({
    send: () => server.cluster("NODES"),
    take(reply) {
      const lines = String(reply).split("\n");
      const own = lines.find((line) => line.split(" ")[2]?.includes("myself"));
      return own?.split(" ").slice(8).join(" ") ?? "";
    },
  });
}

/** A slot on its way is in brackets: `[93-<-67ed2db8]`. */
function isMoving(slots: string): boolean {
  return slots.includes("[");
}

/** In a cluster one by one, by way of it: a key's slot may have moved. */
async function unlink(connection: Connection, keys: readonly Buffer[]): Promise<void> {
  const commands = isCluster(connection.client) ? keys.map((key) => [key]) : [[...keys]];
  const remove = (some: Buffer[]): Promise<void> =>
    connection.run({ send: (client) => client.unlink(some), take: () => undefined });
  await whenAll(together(connection, commands, remove));
}
