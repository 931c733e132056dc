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
 * Makes the typed backend of a raw one. A typed one is returned as it is.
 *
 * @throws TypeError for an option that is unknown or wrong, and for a backend without `read`, `write` or
 * `remove`.
 * @example
 * const backend = cacheBackend(memory({ maxEntries: 1_000 }));
 * await backend.set("greeting", cacheValue("hello", { ttl: 60_000 }));
 * (await backend.get<string>("greeting"))?.data; // "hello"
 */
export function cacheBackend(backend: AnyBackend, options: CacheBackendOptions = {}): CacheBackend {
  checkOption(isBackend(backend), "backend", backend, "must be a backend");
  if (!isCacheBackend(backend)) {
    for (const name of ["read", "write", "remove"] as const)
      checkOption(typeof backend[name] === "function", `backend.${name}`, backend[name], METHOD_RULE);
    return TypedBackend.over(backend, options);
  }
  checkOption(
    Object.keys(options).length === 0,
    "options",
    options,
    "are for a raw backend; this one is typed already",
  );
  return backend;
}

// An object spread from an instance of a class has none of its methods.
const METHOD_RULE = "must be a method; to wrap a backend, spread `delegateTo(backend)`";
