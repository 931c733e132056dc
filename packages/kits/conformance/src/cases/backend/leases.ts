import assert from "node:assert/strict";
import { type CacheBackend, cacheValue, FENCE_MS, type Lease } from "@hitbox/core";
import type { Cases } from "../../case.ts";
import { expectEntry, expectFailure, expectMiss, expectStored, expectValue } from "../../expect.ts";
import { rawOf } from "../../raw-only.ts";
import { sampleStored } from "../../sample.ts";
import type { Scene } from "../../scene.ts";
import { STORE_LAG_MS, until } from "../../time.ts";
import { expectDeleted, expectMissing } from "./deletes.ts";

const LONG = FENCE_MS;

/** Opens a backend with leases for a case about them; undefined if it declares none. */
async function leasing({ open }: Scene): Promise<CacheBackend | undefined> {
  const { cache, supports } = await open();
  return supports.lease ? cache : undefined;
}

export const leases: Cases<Scene> = {
  "leases are refused as unsupported where they are not declared": async ({ open }) => {
    const { cache, supports } = await open();
    if (supports.lease) return void (await cache.lease("key", LONG));
    await expectFailure(cache, "unsupported", "a lease", () => cache.lease("key", LONG));
    await expectFailure(cache, "unsupported", "a fenced set", () =>
      cache.setFenced("key", cacheValue(1), "f"),
    );
    await expectFailure(cache, "unsupported", "a release", () => cache.releaseLease("key", "fence"));
  },

  "one caller at a time gets the lease, and all get the same fence": async (scene) => {
    const cache = await leasing(scene);
    if (!cache) return;
    const asked = await Promise.all(Array.from({ length: 10 }, async () => cache.lease("key", LONG)));
    assert.equal(asked.filter(({ granted }) => granted).length, 1, "one of ten should be granted the lease");
    assert.equal(new Set(asked.map(({ fence }) => fence)).size, 1, "all should be given one fence");
    const other = await cache.lease("other", LONG);
    assert.ok(other.granted, "the lease of another key should be free");
  },

  "a lease is no entry": async (scene) => {
    const cache = await leasing(scene);
    if (!cache) return;
    const { value } = await cache.lease("key", LONG);
    assert.equal(value, undefined, "a lease should show no entry where there is none");
    await expectMiss(cache, "key");
    assert.deepEqual(await cache.getMany(["key", "other"]), [undefined, undefined], "both should be misses");
    expectMissing(await cache.delete("key"));
    await cache.lease("key", LONG);
    const [status] = await cache.deleteMany(["key", "other"]);
    if (status) expectMissing(status);
  },

  "a lease shows the entry that is there, and leaves it as it is": async (scene) => {
    const cache = await leasing(scene);
    if (!cache) return;
    const value = cacheValue({ n: 1 }, { ttl: 3_600_000, stale: 1_800_000, tags: ["t"] });
    await cache.set("key", value);
    const lease = await cache.lease("key", LONG);
    assert.ok(lease.granted, "the lease of an entry should be free");
    expectValue(lease.value, value, "the entry that a lease shows");
    await expectEntry(cache, "key", value);
    const [first, second] = await cache.getMany(["key", "other"]);
    expectValue(first, value, "the entry in a batch");
    assert.equal(second, undefined, "the other key should be a miss");
    assert.equal((await cache.lease("key", LONG)).granted, false, "the lease should be taken");
    expectDeleted(await cache.delete("key"));
  },

  "a lease that runs out takes no entry with it": async (scene) => {
    const cache = await leasing(scene);
    if (!cache) return;
    const values = { endless: cacheValue(1), long: cacheValue(2, { ttl: 3_600_000 }) };
    for (const [key, value] of Object.entries(values)) {
      await cache.set(key, value);
      await cache.lease(key, 30);
    }
    await until(Date.now() + 30 + STORE_LAG_MS);
    for (const [key, value] of Object.entries(values)) await expectEntry(cache, key, value);
  },

  "a fenced set takes effect where nothing has happened to the key": async (scene) => {
    const cache = await leasing(scene);
    if (!cache) return;
    for (const before of [undefined, cacheValue("before", { ttl: 3_600_000 })]) {
      const key = before ? "there" : "missing";
      if (before) await cache.set(key, before);
      const { fence }: Lease<unknown> = await cache.lease(key, LONG);
      const value = cacheValue("loaded", { ttl: 7_200_000, tags: ["t"] });
      assert.equal(
        await cache.setFenced(key, value, fence),
        true,
        "a fenced set should say that it was done",
      );
      await expectEntry(cache, key, value);
      assert.ok((await cache.lease(key, LONG)).granted, "the lease should have ended with the set");
    }
  },

  "a set voids the fence, one by one or in a batch": async (scene) => {
    const cache = await leasing(scene);
    if (!cache) return;
    const newer = cacheValue("newer");
    for (const key of ["one", "batch"]) {
      const { fence } = await cache.lease(key, LONG);
      if (key === "one") await cache.set(key, newer);
      else await cache.setMany(["batch", "with", "others"].map((at) => [at, newer] as const));
      await expectRefused(cache, key, fence);
      await expectEntry(cache, key, newer);
    }
  },

  "a delete voids the fence, one by one or in a batch, whether there was an entry or not": async (scene) => {
    const cache = await leasing(scene);
    if (!cache) return;
    for (const key of ["missing", "there", "missing-batch", "there-batch"]) {
      if (key.startsWith("there")) await cache.set(key, cacheValue("old"));
      const { fence } = await cache.lease(key, LONG);
      if (key.endsWith("batch")) await cache.deleteMany([key, "another", "third"]);
      else await cache.delete(key);
      await expectRefused(cache, key, fence);
      await expectMiss(cache, key);
    }
  },

  "a clear voids every fence": async (scene) => {
    const cache = await leasing(scene);
    if (!cache?.supports.clear) return;
    const { fence } = await cache.lease("key", LONG);
    await cache.clear();
    await expectRefused(cache, "key", fence);
  },

  "of fenced sets at the same time one takes effect": async (scene) => {
    const cache = await leasing(scene);
    if (!cache) return;
    const { fence } = await cache.lease("key", LONG);
    const values = Array.from({ length: 10 }, (_, n) => cacheValue(n));
    const done = await Promise.all(values.map(async (value) => cache.setFenced("key", value, fence)));
    assert.equal(done.filter(Boolean).length, 1, "one of ten should say that it was done");
    await expectEntry(cache, "key", values[done.indexOf(true)] ?? cacheValue("none"));
  },

  // A typed backend sends the writes of a key one after the other; other processes do not wait for them.
  "of fenced sets at the same time one takes effect in the store, too": async (scene) => {
    const raw = rawOf(await scene.open());
    if (!raw?.lease || !raw.writeFenced) return;
    const { fence } = await raw.lease("key", LONG);
    const values = Array.from({ length: 10 }, (_, n) => sampleStored({ createdAt: n }));
    const done = await Promise.all(values.map(async (value) => raw.writeFenced?.("key", value, fence)));
    assert.equal(done.filter(Boolean).length, 1, "one of ten should say that it was done");
    expectStored(await raw.read("key"), values[done.indexOf(true)] ?? sampleStored());
  },

  "a fence is good for its own key alone": async (scene) => {
    const cache = await leasing(scene);
    if (!cache) return;
    const { fence } = await cache.lease("key", LONG);
    await expectRefused(cache, "other", fence);
    await expectRefused(cache, "key", `${fence}x`);
    await cache.lease("other", LONG);
    await expectRefused(cache, "other", fence);
    await cache.releaseLease("key", "unknown");
    assert.equal((await cache.lease("key", LONG)).granted, false, "an unknown fence should release nothing");
  },

  "a lease that was released, or has run out, is the next one's, and its fence still holds": async (
    scene,
  ) => {
    const cache = await leasing(scene);
    if (!cache) return;
    const first = await cache.lease("key", LONG);
    await cache.releaseLease("key", first.fence);
    const second = await cache.lease("key", 20);
    assert.deepEqual(second, { ...first, granted: true }, "a released lease should be granted again");
    await until(Date.now() + 40);
    const third = await cache.lease("key", LONG);
    assert.deepEqual(third, { ...first, granted: true }, "a lease that has run out should be granted again");
    assert.equal(await cache.setFenced("key", cacheValue(1), first.fence), true, "its fence should hold");
  },
};

async function expectRefused(cache: CacheBackend, key: string, fence: string): Promise<void> {
  const done = await cache.setFenced(key, cacheValue("too late"), fence);
  assert.equal(done, false, "a fenced set should be refused, and say so, once its fence is void");
}
