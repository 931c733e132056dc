import type { ClusterPort, NodePort } from "../connection/client-port.ts";
import type { Connection } from "../connection/connection.ts";
import { isRefusal } from "../connection/refusal.ts";
import { whenAll } from "../connection/when-all.ts";
import { type ClearSettings, clearServer } from "./clear-server.ts";

/** Slots that a master did not tell, such as to a user without the right to run CLUSTER NODES. */
const UNKNOWN = "unknown";

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

/**
 * The slots of a master, as CLUSTER NODES tells them: https://redis.io/docs/latest/commands/cluster-nodes/
 */
function slotsOf(connection: Connection, server: NodePort): Promise<string> {
  return connection.run({
    send: () => server.call("CLUSTER", "NODES").catch(unlessRefused),
    parse(reply) {
      if (reply === UNKNOWN) return UNKNOWN;
      const lines = String(reply).split("\n");
      const own = lines.find((line) => line.split(" ")[2]?.includes("myself"));
      return own?.split(" ").slice(8).join(" ") ?? "";
    },
  });
}

function unlessRefused(error: unknown): string {
  if (isRefusal(error)) return UNKNOWN;
  throw error;
}

/** A slot on its way is in brackets: `[93-<-67ed2db8]`. */
function isMoving(slots: string): boolean {
  return slots.includes("[");
}
