import { type Backend, BackendError, delegateTo } from "@hitbox/core";
import { checkRaw } from "./check-raw.ts";

/**
 * `backend` for readers. `write` and `remove` fail with `unsupported`. `writeMany`, `removeMany`, `clear` and
 * leases are neither declared nor there, so that these operations of a typed backend fail with `unsupported`
 * too.
 *
 * @throws TypeError for a typed backend.
 * @example
 * const archive = readOnly(memory({ maxEntries: 1_000 }));
 */
export function readOnly<Raw>(backend: Backend<Raw>): Backend<Raw> {
  checkRaw(backend);
  const { writeMany, removeMany, clear, lease, writeFenced, releaseLease, ...readable } = delegateTo(backend);
  const undeclared = { writeMany: false, removeMany: false, clear: false, lease: false } as const;
  return Object.freeze<Backend<Raw>>({
    ...readable,
    supports: Object.freeze({ ...backend.supports, ...undeclared }),
    write: refuse,
    remove: refuse,
  });
}

function refuse(): never {
  throw new BackendError(
    "unsupported",
    "this backend is read-only: change the backend inside readOnly() instead",
  );
}
