import type { NodePort } from "./client-port.ts";
import type { Connection } from "./connection.ts";
import { isRefusal } from "./refusal.ts";

/** Slots that a master did not tell, such as to a user without the right to run CLUSTER NODES. */
export const UNKNOWN = "unknown";

/**
 * The slots of a master, as CLUSTER NODES tells them: https://redis.io/docs/latest/commands/cluster-nodes/
 */
export function slotsOf(connection: Connection, server: NodePort): Promise<string> {
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
export function isMoving(slots: string): boolean {
  return slots.includes("[");
}
