import { type Backend, checkOption, isCacheBackend } from "@hitbox/core";

/**
 * Checks that a backend can be wrapped. A typed one has done its encoding, and its batches, before a wrapper
 * sees them.
 */
export function checkRaw(backend: Backend<unknown>): void {
  const isBackend = typeof backend === "object" && backend !== null;
  checkOption(isBackend, "backend", backend, "must be a backend");
  const rule = "is typed: wrap the raw backend instead, and give the result to cacheBackend or compose";
  checkOption(!isCacheBackend(backend), "backend", backend, rule);
  checkOption(typeof backend.read === "function", "backend", backend, "must be a backend");
}
