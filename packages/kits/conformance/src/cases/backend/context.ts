import assert from "node:assert/strict";
import { cacheContext, cacheValue } from "@hitbox/core";
import { asTier } from "@hitbox/core/tier";
import type { Cases } from "../../case.ts";
import { expectEntry, expectFailure, expectMiss } from "../../expect.ts";
import { rawOf } from "../../raw-only.ts";
import type { Opened, Scene } from "../../scene.ts";

export const context: Cases<Scene> = {
  "a hit says so in the context, with its source and the tiers that were asked": async ({ open }) => {
    const opened = await open();
    const { cache } = opened;
    await cache.set("key", cacheValue("value"));
    const hit = cacheContext();
    await cache.get("key", hit);
    assert.equal(hit.status, "hit");
    expectOwnPath(opened, hit.source, cache.label);
    const answering = hit.tiers.filter(({ status }) => status === "hit");
    assert.deepEqual(
      answering.map(({ tier, operation }) => [tier, operation]),
      [[hit.source, "read"]],
    );
    for (const { durationMs } of hit.tiers) assert.ok(durationMs >= 0, `a tier took ${durationMs} ms`);
  },

  "a miss leaves status and source as they are": async ({ open }) => {
    const { cache } = await open();
    const untouched = cacheContext();
    await cache.get("key", untouched);
    assert.deepEqual([untouched.status, untouched.source], ["miss", "upstream"]);
    assert.ok(untouched.tiers.every(({ status }) => status === "miss"));
  },

  "sets and deletes say in the context which tiers they reached": async ({ open }) => {
    const opened = await open();
    const [set, removal] = [cacheContext(), cacheContext()];
    await opened.cache.set("key", cacheValue("value"), set);
    await opened.cache.delete("key", removal);
    const kinds = { write: set, remove: removal } as const;
    for (const [operation, { tiers, status }] of Object.entries(kinds)) {
      assert.equal(status, "miss", `a ${operation} is no hit`);
      assert.ok(tiers.length >= 1, `a ${operation} should note at least one tier`);
      for (const tier of tiers) {
        assert.deepEqual([tier.operation, tier.status], [operation, "ok"]);
        expectOwnPath(opened, tier.tier, opened.cache.label);
      }
    }
  },

  "inside a composition the same entries are there, under a longer path": async ({ open }) => {
    const opened = await open();
    const inner = asTier(opened.cache).asTierOf("outer");
    assert.equal(inner.label, `outer.${opened.cache.label}`);
    const value = cacheValue("value");
    await opened.cache.set("key", value);
    await expectEntry(inner, "key", value);
    const hit = cacheContext();
    await inner.get("key", hit);
    expectOwnPath(opened, hit.source, inner.label);
    await inner.delete("key");
    await expectMiss(opened.cache, "key");
    await opened.cache.close();
    await expectFailure(inner, "closed", "a get after close", async () => inner.get("key"));
  },

  "a set in refill mode does nothing on a single store": async ({ open }) => {
    const opened = await open();
    if (rawOf(opened) === undefined) return;
    const old = cacheValue("old");
    await opened.cache.set("key", cacheValue("refilled"), cacheContext("refill"));
    await expectMiss(opened.cache, "key");
    await opened.cache.set("key", old);
    const refill = cacheContext("refill");
    await opened.cache.set("key", cacheValue("refilled"), refill);
    await expectEntry(opened.cache, "key", old);
    assert.deepEqual(
      refill.tiers.map(({ status }) => status),
      ["skipped"],
    );
  },
};

/** A single store's path is its label; the tiers of a composition have longer ones. */
function expectOwnPath({ raw }: Opened, path: string, label: string): void {
  const own = path === label || (raw === undefined && path.startsWith(`${label}.`));
  assert.ok(own, `the path "${path}" should be that of ${label}`);
}
