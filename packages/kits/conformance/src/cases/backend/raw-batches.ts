import assert from "node:assert/strict";
import {
  type Backend,
  BackendError,
  type BackendSupports,
  deleted,
  missing,
  type StoredValue,
} from "@hitbox/core";
import type { Cases } from "../../case.ts";
import { expectStored } from "../../expect.ts";
import { rawOf } from "../../raw-only.ts";
import { sampleStored } from "../../sample.ts";
import type { Opened, Scene } from "../../scene.ts";
import { untilDropped } from "../../time.ts";
import { expectStatus } from "./deletes.ts";
import { readAll, writeAll } from "./many.ts";

export const rawBatches: Cases<Scene> = {
  "readMany takes as many keys as declared and answers in their order": async ({ open }) => {
    const { raw, max } = batchesOf(await open(), "readMany");
    if (raw?.readMany === undefined) return;
    const keys = keysFor(max);
    await writeAll(raw, keys.filter(isWritten).map(entryOf));
    const read = await raw.readMany(keys);
    assert.equal(read.length, keys.length, "readMany should answer once for each key");
    keys.forEach((key, index) => {
      const answer = answered(read[index], key);
      if (isWritten(key)) expectStored(answer, storedFor(key), key);
      else assert.equal(answer, undefined, `${key} was never written`);
    });
  },

  "writeMany takes as many entries as declared and leaves nothing of older ones": async ({ open }) => {
    const { raw, max } = batchesOf(await open(), "writeMany");
    if (raw?.writeMany === undefined) return;
    const keys = keysFor(max);
    const old = sampleStored({ tags: ["old"], staleAt: 1, compressor: "gzip", decodedBytes: 7 });
    await raw.writeMany(keys.map((key) => [key, old] as const));
    await raw.writeMany(keys.map(entryOf));
    for (const [index, answer] of (await readAll(raw, keys)).entries()) {
      const key = keys[index] as string;
      expectStored(answered(answer, key), storedFor(key), key);
    }
  },

  "removeMany takes as many keys as declared and answers in their order": async ({ open }) => {
    const { raw, max } = batchesOf(await open(), "removeMany");
    if (raw?.removeMany === undefined) return;
    const keys = keysFor(max);
    await writeAll(raw, keys.filter(isWritten).map(entryOf));
    const statuses = await raw.removeMany(keys);
    assert.equal(statuses.length, keys.length, "removeMany should answer once for each key");
    keys.forEach((key, index) => {
      expectStatus(
        statuses[index],
        isWritten(key) ? deleted() : missing(),
        `the removal of ${key} in a batch`,
      );
    });
    for (const [index, answer] of (await readAll(raw, keys)).entries())
      assert.equal(answer, undefined, `${keys[index]} should be gone`);
  },

  "removeMany counts an expired entry as missing": async ({ open }) => {
    const { raw, max } = batchesOf(await open(), "removeMany");
    if (raw?.removeMany === undefined || max < 2) return;
    await raw.write("live", sampleStored());
    const expiresAt = Date.now() + 20;
    await raw.write("expired", sampleStored({ expiresAt }));
    await untilDropped(expiresAt, 20);
    const [expired, live] = await raw.removeMany(["expired", "live"]);
    expectStatus(expired, missing(), "the removal of an expired entry in a batch");
    expectStatus(live, deleted(), "the removal of a live entry in a batch");
  },
};

/** A batch for a backend that declares no limit: larger than those that stores take at once. */
const LARGE = 1_200;

/** The raw backend and the batch to try: the declared limit, or a large one if the limit is beyond 5,000. */
function batchesOf(
  opened: Opened,
  method: "readMany" | "writeMany" | "removeMany",
): { raw: Backend<unknown> | undefined; max: number } {
  const limit: BackendSupports[typeof method] = opened.supports[method];
  const raw = rawOf(opened);
  if (raw && limit === false) assert.equal(raw[method], undefined, `${method} is not declared`);
  return { raw, max: limit === false ? 0 : tried(limit.max) };
}

const tried = (max: number): number => (max > 5_000 ? LARGE : max);

function keysFor(size: number): string[] {
  return Array.from({ length: size }, (_, index) => `key-${index}`);
}

function isWritten(key: string): boolean {
  return !key.endsWith("3");
}

function storedFor(key: string): StoredValue {
  return sampleStored({
    payload: Buffer.from(`payload of ${key}`),
    createdAt: 1_700_000_000_000 + key.length,
  });
}

function entryOf(key: string): readonly [string, StoredValue] {
  return [key, storedFor(key)];
}

/** The answer for one key of a batch, which is no error. */
function answered<Value>(answer: Value | BackendError, key: string): Value {
  assert.ok(!BackendError.is(answer), `${key} should be read, not answered with ${answer}`);
  return answer as Value;
}
