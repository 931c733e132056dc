import assert from "node:assert/strict";
import { BackendError, type CacheBackend, cacheValue } from "@hitbox/core";
import type { Cases } from "../../case.ts";
import { failureOf } from "../../expect.ts";
import { needing } from "../../needing.ts";
import type { Scene } from "../../scene.ts";
import { withinSeconds } from "../../time.ts";
import { canList, listed } from "./listed.ts";

/**
 * Keys of a batch. Core makes a single call of a batch of one, and of a key that another write is under way
 * for: only several keys of their own reach the batches of the adapter.
 */
function batch(name: string): string[] {
  return [`${name}-1`, `${name}-2`, `${name}-3`];
}

const OPERATIONS: Readonly<Record<string, (cache: CacheBackend) => unknown>> = {
  get: (cache) => cache.get("key"),
  getMany: (cache) => cache.getMany(batch("get")),
  set: (cache) => cache.set("key", cacheValue("new")),
  setMany: (cache) => cache.setMany(batch("set").map((key) => [key, cacheValue("new")] as const)),
  delete: (cache) => cache.delete("key"),
  deleteMany: (cache) => cache.deleteMany(batch("delete")),
};
const LEASES: typeof OPERATIONS = { lease: (cache) => cache.lease("key", 1_000) };
const CLEAR: typeof OPERATIONS = { clear: (cache) => cache.clear() };
const LISTING: typeof OPERATIONS = { keys: (cache) => listed(cache) };

/** Kinds of errors that say that the store, and not an entry, is at fault. */
const CODES: readonly string[] = ["connection", "timeout", "unavailable"];

/** The error of each operation while the store is down; undefined if it does not fail. */
async function failuresOf(scene: Scene): Promise<[name: string, error: unknown][]> {
  const opened = await scene.open();
  const { cache, supports } = opened;
  await cache.set("key", cacheValue("value"));
  await scene.hooks.breakConnection?.(scene.space);
  const operations = {
    ...{ ...OPERATIONS, ...(supports.lease && LEASES), ...(supports.clear && CLEAR) },
    ...(canList(opened) && LISTING),
  };
  const failures = Object.entries(operations).map(async ([name, operation]): Promise<[string, unknown]> => {
    const error = failureOf(async () => operation(cache));
    return [name, await withinSeconds(60, `a ${name} while the store is away`, error)];
  });
  return Promise.all(failures);
}

export const brokenConnection: Cases<Scene> = needing(["breakConnection"], {
  "an operation fails while the store is away, and no get is a miss": async (scene) => {
    for (const [name, error] of await failuresOf(scene)) {
      assert.ok(error !== undefined, `a ${name} should fail while the store is away, and is answered`);
      assert.ok(BackendError.is(error), `a ${name} should fail with a BackendError, not ${String(error)}`);
    }
  },

  "classify knows the errors of a store that is away": async (scene) => {
    for (const [name, error] of await failuresOf(scene)) {
      const code = BackendError.is(error) ? error.code : "none";
      const cause = BackendError.is(error) ? String(error.cause ?? error.message) : "none";
      assert.ok(
        CODES.includes(code),
        `a ${name} should fail with ${CODES.join(" or ")}, not with ${code}: classify should know "${cause}"`,
      );
    }
  },
});
