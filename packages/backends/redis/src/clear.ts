import { clearCluster } from "./clear-cluster.ts";
import { clearServer } from "./clear-server.ts";
import type { Connection } from "./connection.ts";
import { isCluster } from "./redis-client.ts";

/**
 * Removes every key that starts with `keyspace`, by SCAN and UNLINK, on every master of a cluster: a server is never
 * held up for long. Each of these commands has the connection's deadline; their number grows with that of the keys in
 * the database. An entry written meanwhile may or may not be removed.
 */
export async function clear(connection: Connection, keyspace: string): Promise<void> {
  if (isCluster(connection.client)) await clearCluster(connection, keyspace);
  else await clearServer(connection, connection.client, keyspace);
}
