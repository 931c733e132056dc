import type { Connection } from "../connection/connection.ts";
import { clearCluster } from "./clear-cluster.ts";
import { clearServer } from "./clear-server.ts";

/**
 * Removes every key that starts with `keyspace`, by SCAN and UNLINK, on every master of a cluster. A server is never held
 * up for long. Each of these commands has the connection's deadline; their number grows with the number of keys in the
 * database. An entry written meanwhile may or may not be removed.
 */
export async function clear(connection: Connection, keyspace: string): Promise<void> {
  const { port } = connection;
  if (port.topology === "cluster") await clearCluster(connection, port, keyspace);
  else await clearServer(connection, port.node, keyspace);
}
