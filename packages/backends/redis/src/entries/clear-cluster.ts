import type { ClusterPort, NodePort } from "../connection/client-port.ts";
import type { Connection } from "../connection/connection.ts";
import { isMoving, slotsOf, UNKNOWN } from "../connection/slots-of.ts";
import { whenAll } from "../connection/when-all.ts";
import { type ClearSettings, clearServer } from "./clear-server.ts";

/**
 * Removes the keys that the masters of a cluster hold.
 *
 * A key that moves from a master not yet scanned to one that has been scanned is seen by neither scan. The
 * next round finds it, and a key that moves during that round has been in its place for all of the first.
 * So two rounds are enough, unless a slot moves twice.
 */
export async function clearCluster(settings: ClearSettings, port: ClusterPort): Promise<void> {
  const slots = await clearMasters(settings, port, slotsOf);
  const mayHaveMoved = slots.some(
    ([before, after]) => before !== after || after === UNKNOWN || isMoving(after),
  );
  if (mayHaveMoved) await clearMasters(settings, port, async () => "");
}

type Note = (connection: Connection, server: NodePort) => Promise<string>;

/** One round. Resolves with the note of each master before and after. */
async function clearMasters(
  settings: ClearSettings,
  port: ClusterPort,
  note: Note,
): Promise<[before: string, after: string][]> {
  const { connection } = settings;
  const servers = await connection.run({ send: () => port.findMasters(), parse: (reply) => reply });
  const noteAll = (): Promise<string[]> => whenAll(servers.map((server) => note(connection, server)));
  const before = await noteAll();
  await whenAll(servers.map((server) => clearServer(settings, server)));
  const after = await noteAll();
  return before.map((one, index) => [one, after[index] as string]);
}
