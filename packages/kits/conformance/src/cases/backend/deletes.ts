import assert from "node:assert/strict";
import { cacheValue, type DeleteStatus, deleted, missing } from "@hitbox/core";
import type { Cases } from "../../case.ts";
import { expectEntry, expectMiss } from "../../expect.ts";
import { rawOf } from "../../raw-only.ts";
import { sampleStored } from "../../sample.ts";
import type { Scene } from "../../scene.ts";
import { untilDropped } from "../../time.ts";

export const deletes: Cases<Scene> = {
  "a delete says that the entry was there, and takes it away": async ({ open }) => {
    const { cache } = await open();
    const [value, other] = [cacheValue("value"), cacheValue("other")];
    await cache.set("key", value);
    await cache.set("other", other);
    await expectEntry(cache, "key", value);
    expectDeleted(await cache.delete("key"));
    await expectMiss(cache, "key");
    await expectEntry(cache, "other", other);
  },

  "a delete of a key that was never set, or is deleted already, says missing": async ({ open }) => {
    const { cache } = await open();
    expectMissing(await cache.delete("key"));
    await cache.set("key", cacheValue("value"));
    await cache.delete("key");
    expectMissing(await cache.delete("key"));
  },

  "a delete of an expired entry says missing": async ({ open }) => {
    const { cache } = await open();
    const value = cacheValue("short", { ttl: 20 });
    await cache.set("key", value);
    await untilDropped(value.expiresAt ?? 0, 20);
    expectMissing(await cache.delete("key"));
  },

  "a deleted key can be set again": async ({ open }) => {
    const { cache } = await open();
    for (const data of ["first", "second"]) {
      const value = cacheValue(data);
      await cache.set("key", value);
      await expectEntry(cache, "key", value);
      expectDeleted(await cache.delete("key"));
      await expectMiss(cache, "key");
    }
  },

  "a single store counts one for an entry that it removed": async ({ open }) => {
    const raw = rawOf(await open());
    await raw?.write("key", sampleStored());
    if (raw) expectStatus(await raw.remove("key"), deleted(), "the remove of an entry");
    if (raw) expectStatus(await raw.remove("key"), missing(), "a second remove");
    if (raw) assert.equal(await raw.read("key"), undefined, "a removed entry should be gone");
  },
};

export function expectDeleted(status: DeleteStatus, what = "the delete"): void {
  assert.equal(status.status, "deleted", `${what} should say that the entry was there`);
  const count = status.status === "deleted" ? status.count : 0;
  assert.ok(Number.isInteger(count) && count >= 1, `${what} should count 1 or more layers, not ${count}`);
}

export function expectMissing(status: DeleteStatus, what = "the delete"): void {
  assert.deepEqual({ ...status }, { status: "missing" }, `${what} should say that there was no entry`);
}

/** The exact status of a raw backend. */
export function expectStatus(actual: DeleteStatus | undefined, expected: DeleteStatus, what: string): void {
  const text = JSON.stringify(actual);
  assert.deepEqual(
    { ...actual },
    { ...expected },
    `${what} should be answered with ${JSON.stringify(expected)}, not with ${text}`,
  );
}
