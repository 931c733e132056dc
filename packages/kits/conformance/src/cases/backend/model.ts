import assert from "node:assert/strict";
import { type CacheBackend, type CacheValue, cacheValue, type DeleteStatus } from "@hitbox/core";
import type { Cases } from "../../case.ts";
import { expectEntry, expectMiss, expectValue, shown } from "../../expect.ts";
import { keysWithin } from "../../keys-within.ts";
import { within } from "../../retell.ts";
import { seededRandom } from "../../sample.ts";
import type { Scene } from "../../scene.ts";
import { expectDeleted, expectMissing } from "./deletes.ts";

type Model = Map<string, CacheValue<unknown>>;

interface Run {
  readonly cache: CacheBackend;
  readonly keys: readonly string[];
  /** Entries that have to be there. */
  readonly model: Model;
  readonly random: () => number;
  readonly step: number;
}

const SEED = 11;
const STEPS = 400;
const KEYS: readonly string[] = ["a", "b", "a:b", "A", "c d", "é", "long".repeat(20), "0"];

export const model: Cases<Scene> = {
  "a long run of all operations agrees with a Map at every step": async ({ open }) => {
    const opened = await open();
    const { cache, supports } = opened;
    const keys = keysWithin(opened, KEYS);
    const run = { cache, keys, model: new Map(), random: seededRandom(SEED) };
    for (let step = 0; step < STEPS; step++) {
      const drawn = OPERATIONS[Math.floor(run.random() * OPERATIONS.length)] as (run: Run) => Promise<void>;
      const operation = supports.clear && step % 150 === 149 ? clearAll : drawn;
      const part = `step ${step} of the run with seed ${SEED}, ${operation.name}`;
      await within(part, () => operation({ ...run, step }));
    }
    for (const key of keys)
      await within(`the end of the run with seed ${SEED}`, () => get({ ...run, step: STEPS }, key));
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

async function get(run: Run, key = pick(run)): Promise<void> {
  const expected = run.model.get(key);
  await (expected === undefined ? expectMiss(run.cache, key) : expectEntry(run.cache, key, expected));
}

async function set(run: Run): Promise<void> {
  const [key, value] = [pick(run), randomValue(run)];
  await run.cache.set(key, value);
  run.model.set(key, value);
}

async function setExpired(run: Run): Promise<void> {
  const { cache, step } = run;
  const key = pick(run);
  await cache.set(key, cacheValue(step, { createdAt: step, ttl: step }));
  run.model.delete(key);
}

async function remove(run: Run): Promise<void> {
  const key = pick(run);
  const check = run.model.delete(key) ? expectDeleted : expectMissing;
  check(await run.cache.delete(key), `the delete of ${shown(key)}`);
}

async function getMany(run: Run): Promise<void> {
  const keys = pickSome(run);
  const got = await run.cache.getMany(keys);
  for (const [index, key] of keys.entries()) {
    const expected = run.model.get(key);
    if (expected === undefined) assert.equal(got[index], undefined, `${shown(key)} should be a miss`);
    else expectValue(got[index], expected, `the entry under ${shown(key)}`);
  }
}

async function setMany(run: Run): Promise<void> {
  const pairs = pickSome(run).map((key) => [key, randomValue(run)] as const);
  await run.cache.setMany(pairs);
  for (const [key, value] of pairs) run.model.set(key, value);
}

async function removeMany(run: Run): Promise<void> {
  const keys = pickSome(run);
  const checks = keys.map((key) => (run.model.has(key) ? expectDeleted : expectMissing));
  const statuses = await run.cache.deleteMany(keys);
  for (const [index, key] of keys.entries()) {
    const what = `the delete of ${shown(key)}, number ${index + 1} of ${keys.length},`;
    checks[index]?.(statuses[index] as DeleteStatus, what);
    run.model.delete(key);
  }
}

async function clearAll({ cache, model: entries }: Run): Promise<void> {
  await cache.clear();
  entries.clear();
}

function pick({ keys, random }: Run): string {
  return keys[Math.floor(random() * keys.length)] as string;
}

/** Keys may repeat. */
function pickSome(run: Run): string[] {
  return Array.from({ length: 1 + Math.floor(run.random() * 6) }, () => pick(run));
}

function randomValue({ step, random }: Run): CacheValue<unknown> {
  return cacheValue(random() < 0.2 ? null : { step, text: "x".repeat(Math.floor(random() * 300)) }, {
    createdAt: 1_700_000_000_000 + step,
    ...(random() < 0.5 ? { expiresAt: Date.now() + 3_600_000 + step } : {}),
    ...(random() < 0.5 ? { staleAt: step } : {}),
    ...(random() < 0.5 ? { tags: [`tag-${step}`, "all"] } : {}),
  });
}
