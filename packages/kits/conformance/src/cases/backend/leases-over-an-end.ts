import assert from "node:assert/strict";
import { cacheValue, FENCE_MS, type Lease } from "@hitbox/core";
import type { Cases } from "../../case.ts";
import { expectEntry } from "../../expect.ts";
import type { Scene } from "../../scene.ts";
import { untilDropped } from "../../time.ts";

const SHORT_MS = 30;

export const leasesOverAnEnd: Cases<Scene> = {
  "an expired entry can be leased, and a set with the fence takes its place": async ({ open }) => {
    const { cache, supports } = await open();
    if (!supports.lease) return;
    // A store may still have the entry, and find it in the way of what it takes for the first one.
    await cache.set("key", cacheValue("short", { ttl: SHORT_MS }));
    await untilDropped(0, SHORT_MS);
    const { granted, fence, value } = await given(async () => cache.lease("key", FENCE_MS));
    assert.ok(granted, "the lease of an expired entry should be free");
    assert.equal(value, undefined, "the lease of an expired entry should show none");
    const next = cacheValue("next");
    assert.ok(await cache.setFenced("key", next, fence), "the fence of an expired entry should hold");
    await expectEntry(cache, "key", next);
  },

  // The entry that a load replaces may end while the loader runs.
  "a lease outlasts the entry that it was given over, and its fence holds": async ({ open }) => {
    const { cache, supports } = await open();
    if (!supports.lease) return;
    await cache.set("key", cacheValue("short", { ttl: SHORT_MS }));
    const { fence } = await cache.lease("key", FENCE_MS);
    await untilDropped(0, SHORT_MS);
    const second = await cache.lease("key", FENCE_MS);
    assert.equal(second.granted, false, "a lease should be held still when the entry under it has ended");
    const next = cacheValue("next");
    assert.ok(await cache.setFenced("key", next, fence), "the fence of an entry that ended should hold");
    await expectEntry(cache, "key", next);
  },
};

/** The lease. A failure says no more than that the key kept changing. */
async function given(lease: () => Promise<Lease<unknown>>): Promise<Lease<unknown>> {
  try {
    return await lease();
  } catch (error) {
    assert.fail(`a lease of an expired entry should be given, and fails: ${error}`);
  }
}
