import { type Backend, BackendError } from "@hitbox/core";
import { checkRaw, outlineOf } from "./outline.ts";

/**
 * `backend` for readers: `write` and `remove` fail with `unsupported`; `writeMany`, `removeMany`, `clear` and leases are
 * neither declared nor there, so that a typed backend's operations of that kind fail with `unsupported` too.
 *
 * @throws TypeError for a typed backend.
 * @example
 * const archive = readOnly(memory({ maxEntries: 1_000 }));
 */
export function readOnly<Raw>(backend: Backend<Raw>): Backend<Raw> {
  checkRaw(backend);
  const readMany = backend.readMany?.bind(backend);
  const undeclared = { writeMany: false, removeMany: false, clear: false, lease: false } as const;
  return Object.freeze<Backend<Raw>>({
    ...outlineOf(backend),
    supports: Object.freeze({ ...backend.supports, ...undeclared }),
    read: (key) => backend.read(key),
    write: refuse,
    remove: refuse,
    ...(readMany && { readMany }),
  });
}

function refuse(): never {
  throw new BackendError("unsupported", "this backend is read-only");
}
