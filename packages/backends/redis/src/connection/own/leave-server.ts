import { replyWord } from "../classify.ts";
import { safeError } from "../safe-error.ts";

/**
 * Error replies of a server that is no master that serves: a replica, or one that loads its data from
 * another.
 */
const NO_MASTER: ReadonlySet<string> = new Set(["LOADING", "MASTERDOWN", "READONLY"]);
/** Milliseconds between two attempts to leave: the same name may lead to the same server for a while. */
const PAUSE = 250;

/**
 * Tells a client of ours when to leave its server and connect by the same name again. After a failover
 * behind one name the old master is a replica, and connections to it stay. `left` hears why it is left.
 */
export function leavesServer(
  left: (reason: Error) => void,
  clock: () => number = () => performance.now(),
): (error: Error) => boolean {
  let last = Number.NEGATIVE_INFINITY;
  return (error) => {
    if (!NO_MASTER.has(replyWord(error.message)) || clock() < last + PAUSE) return false;
    last = clock();
    left(safeError(error));
    return true;
  };
}
