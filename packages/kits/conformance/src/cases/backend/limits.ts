import assert from "node:assert/strict";
import { BackendError, cacheValue, type MaybePromise } from "@hitbox/core";
import type { Cases } from "../../case.ts";
import { expectEntry, expectFailure, expectMiss, failureOf } from "../../expect.ts";
import { encodedBytes } from "../../keys-within.ts";
import { noiseKey, noiseText } from "../../sample.ts";
import type { Opened, Scene } from "../../scene.ts";

/** Limits above these are not tried: the test would measure the machine. */
const TRIED_KEY_BYTES = 65_536;
const TRIED_VALUE_BYTES = 8 * 1024 * 1024;

export const limits: Cases<Scene> = {
  "a key as long as the limit is kept, and a longer one is refused as too-large": async ({ open }) => {
    const opened = await open();
    const { maxKeyBytes = TRIED_KEY_BYTES } = opened.supports;
    const longest = Math.min(maxKeyBytes, TRIED_KEY_BYTES);
    for (const length of [longest - 1, longest, longest + 1, longest + 2_000]) {
      if (length > 0) await expectKeyWithinLimit(opened, noiseKey(length));
    }
  },

  "the limit on keys counts bytes of UTF-8, not characters": async ({ open }) => {
    const opened = await open();
    const { maxKeyBytes = TRIED_KEY_BYTES } = opened.supports;
    const longest = Math.min(maxKeyBytes, TRIED_KEY_BYTES);
    for (const bytesEach of [2, 3, 4] as const) {
      const fitting = Math.floor(longest / bytesEach);
      if (fitting > 0) await expectKeyWithinLimit(opened, noiseKey(fitting, bytesEach));
      await expectKeyWithinLimit(opened, noiseKey(fitting + 1, bytesEach));
    }
  },

  "long keys that differ in the last character are different keys": async ({ open }) => {
    const { cache, supports } = await open();
    const stem = noiseKey(Math.min((supports.maxKeyBytes ?? 8_192) - 1, 8_192));
    const [one, two] = [cacheValue("one"), cacheValue("two")];
    await cache.set(`${stem}1`, one);
    await expectMiss(cache, `${stem}2`);
    await cache.set(`${stem}2`, two);
    await expectEntry(cache, `${stem}1`, one);
  },

  "a value over the limit is refused as too-large, and the old entry stays": async ({ open }) => {
    const opened = await open();
    const { maxValueBytes } = opened.supports;
    if (maxValueBytes === undefined || maxValueBytes > TRIED_VALUE_BYTES || !makesBytes(opened)) return;
    const { cache } = opened;
    const [old, large] = [
      cacheValue("old", { tags: ["t"] }),
      cacheValue(noiseText(2 * maxValueBytes + 1_024)),
    ];
    for (const set of [() => cache.set("key", large), () => cache.setMany([["key", large]])]) {
      await cache.set("key", old);
      const kept = await expectTooLarge(opened, "a set of a large value", set);
      await expectEntry(cache, "key", kept === "old" ? old : large);
    }
  },
};

async function expectKeyWithinLimit(opened: Opened, key: string): Promise<void> {
  const { cache, raw } = opened;
  const bytes = encodedBytes(opened, key);
  const { maxKeyBytes = Number.POSITIVE_INFINITY } = opened.supports;
  if (raw === undefined && bytes > maxKeyBytes) return expectKeptOrRefused(opened, key);
  if (bytes <= maxKeyBytes) {
    const value = cacheValue(bytes);
    const error = await failureOf(() => cache.set(key, value));
    const limit = opened.supports.maxKeyBytes ?? "no";
    assert.ok(
      error === undefined,
      `${limit} maxKeyBytes is declared, and a key of ${bytes} bytes fails: ${error}`,
    );
    return expectEntry(cache, key, value);
  }
  await expectFailure(cache, "too-large", `a set under ${bytes} bytes`, () => cache.set(key, cacheValue(1)));
  await expectFailure(cache, "too-large", `a get under ${bytes} bytes`, () => cache.get(key));
  await expectFailure(cache, "too-large", `a delete under ${bytes} bytes`, () => cache.delete(key));
}

async function expectKeptOrRefused(opened: Opened, key: string): Promise<void> {
  const value = cacheValue("long");
  const kept = await expectTooLarge(opened, "a set under a long key", () => opened.cache.set(key, value));
  if (kept === "new") await expectEntry(opened.cache, key, value);
}

/**
 * Which value is kept. A single store has to refuse; a composition may have a tier that has more room than the other,
 * or that hashes long keys.
 */
async function expectTooLarge(
  { cache, raw }: Opened,
  what: string,
  attempt: () => MaybePromise<unknown>,
): Promise<"old" | "new"> {
  const error = raw === undefined ? await failureOf(attempt) : undefined;
  if (raw !== undefined) await expectFailure(cache, "too-large", what, attempt);
  else if (error === undefined) return "new";
  else assert.ok(BackendError.is(error) && error.code === "too-large", `refused with ${String(error)}`);
  return "old";
}

function makesBytes({ raw }: Opened): boolean {
  return raw === undefined || raw.valueFormat.kind === "bytes";
}
