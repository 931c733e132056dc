import assert from "node:assert/strict";
import { type CacheBackend, type CacheValue, cacheValue } from "@hitbox/core";
import type { Cases } from "../../case.ts";
import { expectEntry, expectMiss, expectValue } from "../../expect.ts";
import { seededRandom } from "../../sample.ts";
import type { Scene } from "../../scene.ts";

type Model = Map<string, CacheValue<unknown>>;

interface Run {
  readonly cache: CacheBackend;
  /** What has to be there. */
  readonly model: Model;
  readonly random: () => number;
  readonly step: number;
}

const KEYS: readonly string[] = ["a", "b", "a:b", "A", "c d", "é", "long".repeat(20), "0"];

export const model: Cases<Scene> = {
  "a long run of all operations agrees with a Map at every step": async ({ open }) => {
    const { cache, supports } = await open();
    const entries: Model = new Map();
    const random = seededRandom(11);
    for (let step = 0; step < 400; step++) {
      const run: Run = { cache, model: entries, random, step };
      if (supports.clear && step % 150 === 149) await clearAll(run);
      else await OPERATIONS[Math.floor(random() * OPERATIONS.length)]?.(run);
    }
    for (const key of KEYS) await get({ cache, model: entries, random, step: 0 }, key);
  },
};

const OPERATIONS: readonly ((run: Run) => Promise<void>)[] = [
  get,
  set,
  set,
  setExpired,
  remove,
  getMany,
  setMany,
  removeMany,
];

async function get({ cache, model: entries, random }: Run, key = pick(random)): Promise<void> {
  const expected = entries.get(key);
  await (expected === undefined ? expectMiss(cache, key) : expectEntry(cache, key, expected));
}

async function set({ cache, model: entries, random, step }: Run): Promise<void> {
  const [key, value] = [pick(random), randomValue(step, random)];
  await cache.set(key, value);
  entries.set(key, value);
}

async function setExpired({ cache, model: entries, random, step }: Run): Promise<void> {
  const key = pick(random);
  await cache.set(key, cacheValue(step, { createdAt: step, ttl: step }));
  entries.delete(key);
}

async function remove({ cache, model: entries, random }: Run): Promise<void> {
  const key = pick(random);
  const expected = entries.delete(key) ? "deleted" : "missing";
  assert.equal((await cache.delete(key)).status, expected);
}

async function getMany({ cache, model: entries, random }: Run): Promise<void> {
  const keys = pickSome(random);
  const got = await cache.getMany(keys);
  for (const [index, key] of keys.entries()) {
    const expected = entries.get(key);
    if (expected === undefined) assert.equal(got[index], undefined, `${key} should be a miss`);
    else expectValue(got[index], expected, key);
  }
}

async function setMany({ cache, model: entries, random, step }: Run): Promise<void> {
  const pairs = pickSome(random).map((key) => [key, randomValue(step, random)] as const);
  await cache.setMany(pairs);
  for (const [key, value] of pairs) entries.set(key, value);
}

async function removeMany({ cache, model: entries, random }: Run): Promise<void> {
  const keys = pickSome(random);
  const expected = keys.map((key) => (entries.has(key) ? "deleted" : "missing"));
  const statuses = await cache.deleteMany(keys);
  assert.deepEqual(
    statuses.map(({ status }) => status),
    expected,
  );
  for (const key of keys) entries.delete(key);
}

async function clearAll({ cache, model: entries }: Run): Promise<void> {
  await cache.clear();
  entries.clear();
}

function pick(random: () => number): string {
  return KEYS[Math.floor(random() * KEYS.length)] as string;
}

/** Keys may repeat. */
function pickSome(random: () => number): string[] {
  return Array.from({ length: 1 + Math.floor(random() * 6) }, () => pick(random));
}

function randomValue(step: number, random: () => number): CacheValue<unknown> {
  return cacheValue(random() < 0.2 ? null : { step, text: "x".repeat(Math.floor(random() * 300)) }, {
    createdAt: 1_700_000_000_000 + step,
    ...(random() < 0.5 ? { expiresAt: Date.now() + 3_600_000 + step } : {}),
    ...(random() < 0.5 ? { staleAt: step } : {}),
    ...(random() < 0.5 ? { tags: [`tag-${step}`, "all"] } : {}),
  });
}
