import { clearServer } from "./clear-server.ts";
import { whenAll } from "./cluster-batch.ts";
import type { Connection } from "./connection.ts";
import type { RedisClient, RedisClusterClient, RedisServerClient } from "./redis-client.ts";

/**
 * Removes the keys that the masters of a cluster hold.
 *
 * A key that moves from a master not yet scanned to one that has been is seen by neither scan. But where it is then, the
 * next round finds it, and what moves during that has been in its place for all of the first: two rounds are enough, unless
 * a slot moves twice.
 */
export async function clearCluster(connection: Connection, keyspace: string): Promise<void> {
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
  await whenAll(servers.map((server) => clearServer(connection, server, keyspace)));
  const after = await noteAll();
  return before.map((one, index) => [one, after[index] as string]);
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
