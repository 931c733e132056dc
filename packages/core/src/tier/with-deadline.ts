import type { Backend } from "../backend.ts";
import { around, type Operation } from "./around.ts";
import { Deadlines } from "./deadlines.ts";

/** `backend` with a deadline of `after` milliseconds for each operation, by the rules of `Deadlines`. */
export function withDeadline<Raw>(backend: Backend<Raw>, after: number): Backend<Raw> {
  const deadlines = new Deadlines();
  return around(backend, (operation, keys, run) => {
    if (READS.has(operation)) return deadlines.read(after, run);
    return operation === "clear" ? deadlines.clear(after, run) : deadlines.write(after, keys, run);
  });
}

/** Operations that change no entry. */
const READS: ReadonlySet<Operation> = new Set(["read", "readMany", "lease", "releaseLease", "keys"]);
