import { type ComposeOptions, compose, offload, tier as shorterLived } from "@hitbox/composition";
import { type AnyBackend, type CacheBackend, cacheBackend, cacheValue } from "@hitbox/core";
import type fc from "fast-check";
import { CancellingOffload } from "./model-offload.ts";
import { type Fate, type ModelKey, type ModelTier, modelKey, modelTier } from "./model-tier.ts";
import { tier } from "./tier.ts";

export const KEYS = ["a", "b"] as const;

/** What is called. Batches and clears are of both keys. */
export interface Call {
  readonly kind: "get" | "set" | "delete" | "getMany" | "setMany" | "deleteMany" | "clear";
  readonly key: (typeof KEYS)[number];
}

/** What a call was to one key. */
export interface Done {
  readonly kind: "get" | "set" | "delete";
  readonly isClear: boolean;
  readonly key: string;
  /** Place in the order of calls: a set's value. */
  readonly version: number;
  readonly begun: number;
  ended: number;
  ok: boolean;
  /** Gets: the version read, or undefined for a miss. */
  read?: number | undefined;
}

export interface World {
  readonly tiers: readonly ModelTier[];
  readonly done: readonly Done[];
  /** Whether background work was given up at times. */
  readonly cancels: boolean;
}

export interface Setting {
  readonly options: ComposeOptions;
  /** How the tiers are composed: as many as it has letters. */
  readonly form: "a,b" | "a,b,c" | "(a,b),c";
  readonly offload: "own" | "full" | "cancelling";
  readonly takesBatches: boolean;
  /** Whether the tiers below the first are wrapped in one with a `maxTtl`. */
  readonly wrapped: boolean;
}

/** The stores of one run, the first tier first. */
export type Stores = readonly CacheBackend[];

export const inMaps: Stores = [];

type Runner = {
  readonly [Kind in Call["kind"]]: (cache: CacheBackend, keys: readonly ModelKey[], value: number) => unknown;
};

const RUN: Runner = {
  get: async (cache, [key]) => [(await cache.get<number>(key as ModelKey))?.data],
  set: (cache, [key], version) => cache.set(key as ModelKey, cacheValue(version)),
  delete: (cache, [key]) => cache.delete(key as ModelKey),
  getMany: async (cache, keys) => (await cache.getMany<number>(keys)).map((value) => value?.data),
  setMany: (cache, keys, version) => cache.setMany(keys.map((key) => [key, cacheValue(version)])),
  deleteMany: (cache, keys) => cache.deleteMany(keys),
  clear: (cache) => cache.clear(),
};

let runs = 0;
const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/**
 * Makes the calls, begun and continued in an order that the scheduler chooses, until nothing is under way.
 */
export async function play(
  scheduler: fc.Scheduler,
  calls: readonly Call[],
  setting: Setting,
  stores: Stores,
  fate: () => Fate,
): Promise<World> {
  const pause = async (what: string): Promise<void> => {
    await scheduler.schedule(Promise.resolve(), what);
  };
  const clears: number[] = [];
  let clock = 0;
  const tick = (): number => ++clock;
  const run = {
    prefix: `run ${++runs} `,
    keys: KEYS,
    clears,
    takesBatches: setting.takesBatches,
    pause,
    fate,
    tick,
  };
  const tiers = [..."abc".slice(0, setting.form === "a,b" ? 2 : 3)].map((label, index) =>
    modelTier(label, stores[index] ?? cacheBackend(tier(label)), run),
  );
  const cache = composed(tiers, setting, pause);
  const history = new History(clears, tick);
  const made = calls.map(async ({ kind, key }, index) => {
    await pause(`call ${index}: ${kind} ${key}`);
    await history.call(cache, kind, key);
  });
  await scheduler.waitFor(Promise.all(made));
  // What was left to the background, or dropped, goes on.
  const isActive = (): boolean => scheduler.count() > 0 || tiers.some(({ active }) => active() > 0);
  for (let turns = 0; turns < 2; turns = isActive() ? 0 : turns + 1) {
    while (scheduler.count() > 0) await scheduler.waitOne();
    await turn();
  }
  await cache.close();
  return { tiers, done: history.done, cancels: setting.offload === "cancelling" };
}

function composed(
  tiers: readonly ModelTier[],
  { form, options, offload: kind, wrapped }: Setting,
  pause: (what: string) => Promise<void>,
): CacheBackend {
  const wrap = (backend: AnyBackend): AnyBackend =>
    wrapped ? shorterLived(backend, { maxTtl: 1e9, jitter: 0.5 }) : backend;
  const [a, b, c] = tiers.map(({ backend }, index) => (index === 0 ? backend : wrap(backend)));
  const own = {
    own: () => offload(),
    full: () => offload({ maxInFlight: 1 }),
    cancelling: () => new CancellingOffload(pause),
  };
  const all: ComposeOptions = { ...options, offload: own[kind]() };
  const two = compose(a as AnyBackend, b as AnyBackend, all);
  if (form === "a,b") return two;
  return form === "a,b,c"
    ? compose([a, b, c] as AnyBackend[], all)
    : compose(wrap(two), c as AnyBackend, all);
}

class History {
  readonly done: Done[] = [];
  readonly #clears: number[];
  readonly #tick: () => number;
  #version = 0;

  constructor(clears: number[], tick: () => number) {
    this.#clears = clears;
    this.#tick = tick;
  }

  async call(cache: CacheBackend, kind: Call["kind"], key: string): Promise<void> {
    const version = ++this.#version;
    const single = kind === "clear" ? "delete" : (kind.replace("Many", "") as Done["kind"]);
    const texts = single === kind ? [key] : KEYS;
    const begun = this.#tick();
    const entries = texts.map(
      (text): Done => ({
        kind: single,
        isClear: kind === "clear",
        key: text,
        version,
        begun,
        ended: Number.POSITIVE_INFINITY,
        ok: false,
      }),
    );
    this.done.push(...entries);
    if (kind === "clear") this.#clears.push(version);
    const keys = texts.map((text) => modelKey(text, { kind: single, version }));
    try {
      const read = await RUN[kind](cache, keys, version);
      for (const [index, entry] of entries.entries()) {
        entry.ok = true;
        if (single === "get") entry.read = (read as (number | undefined)[])[index];
      }
    } catch {
      // A failure of the tiers, which the fates call for.
    }
    const ended = this.#tick();
    for (const entry of entries) entry.ended = ended;
  }
}
