import {
  type AnyBackend,
  type CacheBackend,
  type CacheBackendOptions,
  isBackend,
  isCacheBackend,
} from "../cache-backend.ts";
import { checkOption } from "../check.ts";
import { TypedBackend } from "./typed-backend.ts";

/**
 * The typed backend over a raw one. A typed one is returned as it is.
 *
 * @throws TypeError for an option that is unknown or wrong.
 * @example
 * const backend = cacheBackend(memory({ maxEntries: 1_000 }));
 * await backend.set("greeting", cacheValue("hello", { ttl: 60_000 }));
 * (await backend.get<string>("greeting"))?.data; // "hello"
 */
export function cacheBackend(backend: AnyBackend, options: CacheBackendOptions = {}): CacheBackend {
  checkOption(isBackend(backend), "backend", backend, "must be a backend");
  if (!isCacheBackend(backend)) return TypedBackend.over(backend, options);
  checkOption(
    Object.keys(options).length === 0,
    "options",
    options,
    "are for a raw backend; this one is typed already",
  );
  return backend;
}
