import {
  type Cache,
  createCache,
  type EntryOptions,
  type LoaderContext,
  type ManyLoaderContext,
  type Mode,
} from "@hitbox/cache";
import { type AnyBackend, type Backend, cacheBackend } from "@hitbox/core";
import fc from "fast-check";
import { vi } from "vitest";
import { type Fate, modelStore } from "./model-store.ts";

export const KEYS = ["a", "b"] as const;
type Key = (typeof KEYS)[number];

/** `hold`: another process takes the lease of the key, holds it for a time, and releases it or dies. */
type Kind =
  | "load"
  | "get"
  | "set"
  | "delete"
  | "expire"
  | "touch"
  | "invalidate"
  | "expireTags"
  | "clear"
  | "hold"
  | "deletePrefix";

/** One call of a cache. */
export interface Operation {
  readonly kind: Kind;
  readonly key: Key;
  /** Loads, gets, sets and deletes: whether it is one call for all keys. */
  readonly isMany: boolean;
  /** Loads: whether the caller goes away at some time. `hold`: whether the process dies. */
  readonly leaves: boolean;
  /** Loads: how they use the cache. */
  readonly mode: Mode;
  /** Loads: whether the source fails; of one call for all keys, for one of them. */
  readonly fails: boolean;
  /** Loads of one key in one process: whether the loader answers the other key besides. */
  readonly further: boolean;
  /** Loads: whether the loader keeps the values that it replaces, where there are some. */
  readonly keeps: boolean;
  /** The number of the cache that is called. */
  readonly at: number;
}

/** The calls of one run. Runs without tags have fewer steps, so more ways to mix these are tried. */
export interface Plan {
  readonly tags: "tags" | "no tags";
  /** `short`: loads take longer, and entries expire at any time. `idle`: unless they are read. */
  readonly ttl: "long" | "short" | "idle";
  /** `stale`: an older value is the answer if a load fails, and for a while after that. */
  readonly windows: "stale" | "none";
  readonly onAbandoned: "abort" | "finish";
  /** Whether every key has been loaded before the calls begin. */
  readonly start: "empty" | "loaded";
  /** The lots by which calls refresh values ahead, drawn again and again; undefined: they do not. */
  readonly lots: readonly number[] | undefined;
  readonly list: readonly Operation[];
}

/** A call, its times by the clock of the run, and its answer. */
export interface Done extends Operation {
  readonly begun: number;
  ended: number;
  read: number | undefined;
  failure: unknown;
}

/** Where a value comes from: a set, or a run of a loader. */
export interface Origin {
  readonly version: number;
  readonly key: Key;
  readonly kind: "set" | "load";
  readonly mode: Mode;
  /** Whether its load was asked for another key. */
  readonly isFurther: boolean;
  readonly at: number;
  /** When the call began that set the value, or that brought the loader. */
  readonly callBegun: number;
  readonly begun: number;
  ended: number;
  signal?: AbortSignal;
}

export interface Setting {
  readonly caches: number;
  readonly leases: "leases" | "no leases";
  /** The backend of each cache, over the store that all caches share. */
  readonly stack: (store: Backend<unknown>, now: () => number) => AnyBackend;
}

export interface World extends Pick<Plan, "tags" | "ttl" | "lots"> {
  readonly done: readonly Done[];
  readonly origins: ReadonlyMap<number, Origin>;
  /** The values that the store holds when all is quiet. */
  readonly stored: ReadonlyMap<Key, number | undefined>;
  /** The values that each cache answers with when all is quiet. */
  readonly answers: readonly ReadonlyMap<Key, number | undefined>[];
  /** When loaders began that kept a value, by its version: the source had it then. */
  readonly kept: ReadonlyMap<number, number>;
  /** Number of timers, and of operations of the store, that are left when the caches are closed. */
  readonly pending: number;
}

const operations = (caches: number, kinds: readonly Kind[]): fc.Arbitrary<Operation[]> => {
  const operation = fc.record<Operation>({
    kind: fc.constantFrom(...kinds),
    key: fc.constantFrom("a", "a", "a", "a", "a", "b"),
    isMany: fc.constantFrom(false, false, false, true),
    leaves: fc.constantFrom(false, false, false, true),
    mode: fc.constantFrom<Mode>(
      "default",
      "default",
      "default",
      "default",
      "reload",
      "no-store",
      "force-cache",
    ),
    fails: fc.constantFrom(false, false, false, true),
    further: caches === 1 ? fc.constantFrom(false, false, true) : fc.constant(false),
    keeps: fc.boolean(),
    at: fc.integer({ min: 0, max: caches - 1 }),
  });
  // The key that most operations are of is the further one.
  const turned = operation.map((one) =>
    one.kind === "load" && one.further ? { ...one, key: otherOf(one.key) } : one,
  );
  return fc.array(turned, { minLength: 2, maxLength: 6 });
};

const KINDS: readonly Kind[] = ["load", "load", "load", "get", "set", "delete", "delete"];

export function plans(caches: number, others: readonly Kind[]): fc.Arbitrary<Plan> {
  const kinds = [...KINDS, ...others];
  const ttl = fc.constantFrom<Plan["ttl"]>("long", "long", "long", "short", "idle");
  const windows = fc.constantFrom<Plan["windows"]>("stale", "none");
  const onAbandoned = fc.constantFrom<Plan["onAbandoned"]>("abort", "finish");
  const start = fc.constantFrom<Plan["start"]>("empty", "loaded");
  const lot = fc.constantFrom(0, 0.1, 0.9);
  const lots = fc.option(fc.array(lot, { minLength: 1, maxLength: 4 }), { nil: undefined });
  const plain = fc.record<Plan>({
    tags: fc.constant("no tags"),
    ttl,
    windows,
    onAbandoned,
    start,
    lots,
    list: operations(caches, kinds),
  });
  const tagged = fc.record<Plan>({
    tags: fc.constant("tags"),
    ttl,
    windows,
    onAbandoned,
    start,
    lots,
    list: operations(caches, [...kinds, "invalidate", "invalidate", "expireTags"]),
  });
  return fc.oneof({ weight: 2, arbitrary: plain }, { weight: 1, arbitrary: tagged });
}

/** Makes the calls of the plan, and lets the scheduler choose the order in which they begin and continue. */
export function play(
  scheduler: fc.Scheduler,
  plan: Plan,
  setting: Setting,
  fate: () => Fate,
): Promise<World> {
  return new Run(scheduler, plan, setting, fate).world();
}

class Run {
  readonly #scheduler: fc.Scheduler;
  readonly #plan: Plan;
  readonly #store: Backend<unknown>;
  readonly #caches: readonly Cache[];
  readonly #done: Done[] = [];
  readonly #origins = new Map<number, Origin>();
  #clock = 0;
  #versions = 0;
  #draws = 0;
  readonly #kept = new Map<number, number>();
  #isWell = false;

  constructor(scheduler: fc.Scheduler, plan: Plan, { caches, leases, stack }: Setting, fate: () => Fate) {
    this.#scheduler = scheduler;
    this.#plan = plan;
    this.#store = modelStore(this.#pause, () => (this.#isWell ? "ok" : fate()), leases);
    const now = this.#now;
    this.#caches = Array.from({ length: caches }, () =>
      createCache({
        backend: stack(this.#store, now),
        ...TTL[plan.ttl],
        staleIfError: plan.windows === "stale" ? "1w" : 0,
        retryAfter: RETRY_AFTER,
        onAbandoned: plan.onAbandoned,
        refreshAhead: plan.lots && "adaptive",
        random: this.#draw,
        now,
        lease: 100,
      }),
    );
  }

  readonly #now = (): number => ++this.#clock;

  readonly #draw = (): number => {
    const { lots = [0] } = this.#plan;
    return lots[this.#draws++ % lots.length] as number;
  };

  readonly #pause = async (what: string): Promise<void> => {
    await this.#scheduler.schedule(Promise.resolve(), what);
  };

  async world(): Promise<World> {
    if (this.#plan.start === "loaded")
      for (const key of KEYS) await this.#until(this.#begin({ ...PLAIN_LOAD, key }, "before"));
    await this.#until(Promise.all(this.#plan.list.map((asked, index) => this.#begin(asked, index))));
    // Failed deletes and invalidations are tried again, and succeed now.
    this.#isWell = true;
    await this.#until(new Promise((resolve) => setTimeout(resolve, 30_000)));
    const stored = await this.#until(this.#stored());
    const answers = await this.#until(Promise.all(this.#caches.map(answersOf)));
    await this.#until(Promise.all(this.#caches.map((cache) => cache.close())));
    const { lots, tags, ttl } = this.#plan;
    const pending = vi.getTimerCount() + this.#scheduler.count();
    const end = { stored, answers, pending, kept: this.#kept };
    return { lots, tags, ttl, done: this.#done, origins: this.#origins, ...end };
  }

  async #begin(asked: Operation, index: number | "before"): Promise<void> {
    await this.#pause(`call ${index}: ${asked.kind} ${asked.isMany ? "of all" : asked.key}`);
    const begun = this.#now();
    const keys = asked.isMany && MANY.includes(asked.kind) ? KEYS : [asked.key];
    const ending = { ended: Infinity, read: undefined, failure: undefined };
    const entries = keys.map((key): Done => ({ ...asked, key, ...ending, begun }));
    this.#done.push(...entries);
    try {
      await this.#call(entries, this.#caches[asked.at] as Cache);
    } catch (error) {
      for (const entry of entries) entry.failure = error;
    }
    const ended = this.#now();
    for (const entry of entries) entry.ended = ended;
  }

  async #call(entries: readonly Done[], cache: Cache): Promise<void> {
    const [first] = entries as [Done];
    const { kind, key } = first;
    const keys = entries.map((entry) => entry.key);
    if (kind === "hold") await this.#hold(first);
    // Of all keys: entries of a batch have the tags of all of them.
    else if (kind === "invalidate") await cache.invalidateTags([...KEYS]);
    else if (kind === "expireTags") await cache.expireTags([...KEYS]);
    else if (kind === "clear") await cache.clear();
    else if (kind === "deletePrefix") await cache.deletePrefix(first.isMany ? "" : key);
    else if (kind === "set") await this.#set(entries, cache);
    else if (kind === "load") await this.#load(entries, cache);
    else if (kind === "delete") await (first.isMany ? cache.deleteMany(keys) : cache.delete(key));
    else if (kind === "expire") await cache.expireMany(keys);
    else if (kind === "touch") await cache.touchMany(keys);
    else if (first.isMany) note(entries, await cache.getMany<number>(keys));
    else first.read = await cache.get<number>(key);
  }

  async #hold({ key, leaves }: Done): Promise<void> {
    const store = cacheBackend(this.#store, { now: this.#now });
    if (!store.supports.lease) return;
    const { fence, granted } = await store.lease(key, 100);
    await this.#pause(`another process holds ${key}`);
    if (granted && !leaves) await store.releaseLease(key, fence);
  }

  async #set(entries: readonly Done[], cache: Cache): Promise<void> {
    const [first] = entries as [Done];
    const origins = entries.map((entry) => this.#originate(++this.#versions, entry, entry.begun));
    const options = this.#tagsOf(first);
    const values = origins.map(({ key, version }) => [key, version] as const);
    if (first.isMany) await cache.setMany(values, options);
    else await cache.set(first.key, origins[0]?.version, options);
    const ended = this.#now();
    for (const origin of origins) origin.ended = ended;
  }

  async #load(entries: readonly Done[], cache: Cache): Promise<void> {
    const [first] = entries as [Done];
    const caller = new AbortController();
    const versions = new Map(entries.map(({ key }) => [key, ++this.#versions]));
    if (first.leaves)
      void this.#pause(`caller of ${[...versions.values()]} leaves`).then(() => caller.abort());
    const further = first.further && !first.isMany ? { ...first, key: otherOf(first.key) } : undefined;
    const furtherVersion = further ? ++this.#versions : 0;
    const run = async (keys: readonly Key[], signal: AbortSignal): Promise<(number | Error)[]> => {
      const origins = entries
        .filter(({ key }) => keys.includes(key))
        .map((entry) => this.#originate(versions.get(entry.key) as number, entry, this.#now(), signal));
      if (further) origins.push(this.#originate(furtherVersion, further, this.#now(), signal, true));
      await this.#pause(`loading ${origins.map(({ key, version }) => `${key}=${version}`)}`);
      for (const origin of origins) origin.ended = this.#now();
      return keys.map((key, index) =>
        first.fails && index === 0 ? new SourceError("down") : (versions.get(key) as number),
      );
    };
    const runMany = async (keys: readonly Key[], context: ManyLoaderContext<Key, number>) => {
      const values = await run(keys, context.signal);
      const isKept = (key: Key, index: number): boolean =>
        first.keeps && context.hasStale(key) && !(values[index] instanceof Error);
      return keys.map((key, index) =>
        isKept(key, index)
          ? this.#keep(context.stale(key), versions.get(key), context.notModified)
          : (values[index] as number | Error),
      );
    };
    const options = { signal: caller.signal, mode: first.mode, ...this.#tagsOf(first) };
    if (first.isMany) {
      note(
        entries,
        await cache.getOrSetMany<Key, number>(KEYS, (keys, context) => runMany(keys, context), options),
      );
      return;
    }
    const { key } = first;
    if (further) {
      const load = async (keys: readonly Key[], context: ManyLoaderContext<Key, number>) => {
        const [value] = await runMany(keys, context);
        return new Map<Key, number | Error>([
          [key, value as number],
          [further.key, furtherVersion],
        ]);
      };
      note(entries, await cache.getOrSetMany<Key, number>([key], load, options));
      return;
    }
    const load = async ({ hasStale, notModified, signal, stale }: LoaderContext<number>) => {
      const [value] = await run([key], signal);
      if (value instanceof Error) throw value;
      if (first.keeps && hasStale) return this.#keep(stale, versions.get(key), notModified);
      return value as number;
    };
    first.read = await cache.getOrSet(key, load, options);
  }

  /** `version` is the one that the loader would have loaded. */
  #keep(stale: number | undefined, version: number | undefined, notModified: () => never): never {
    const { begun } = this.#origins.get(version as number) as Origin;
    this.#kept.set(stale as number, begun);
    return notModified();
  }

  #originate(
    version: number,
    { kind, key, mode, at, begun: callBegun }: Done,
    begun: number,
    signal?: AbortSignal,
    isFurther = false,
  ): Origin {
    const times = { callBegun, begun, ended: Infinity };
    const from = { key, kind: kind as Origin["kind"], mode, isFurther, at, ...times };
    const origin: Origin = { version, ...from, ...(signal && { signal }) };
    this.#origins.set(version, origin);
    return origin;
  }

  #tagsOf({ key, isMany }: Done): EntryOptions {
    if (this.#plan.tags === "no tags") return {};
    return { tags: isMany ? KEYS : [key] };
  }

  async #stored(): Promise<Map<Key, number | undefined>> {
    // By the clock of the run: by another one every entry has expired.
    const store = cacheBackend(this.#store, { now: this.#now });
    const values = await Promise.all(KEYS.map((key) => store.get<number>(key)));
    return new Map(KEYS.map((key, index) => [key, values[index]?.data]));
  }

  /**
   * Goes on, in an order that the scheduler chooses, until the work is done; time passes if nothing else is
   * left.
   */
  async #until<T>(work: Promise<T>): Promise<T> {
    let isOver = false;
    void work.then(
      () => {
        isOver = true;
      },
      () => {
        isOver = true;
      },
    );
    while (!isOver) {
      await new Promise((resolve) => setImmediate(resolve));
      if (this.#scheduler.count() > 0) await this.#scheduler.waitOne();
      else if (!isOver) await vi.advanceTimersToNextTimerAsync();
    }
    return work;
  }
}

/** In steps of the clock of a run, or in time that no run lasts. */
const RETRY_AFTER = 30;
const TTL = { long: { ttl: "1w" }, short: { ttl: 12 }, idle: { ttl: "1w", timeToIdle: 40 } } as const;
const PLAIN_LOAD: Omit<Operation, "key"> = {
  ...{ kind: "load", isMany: false, leaves: false, mode: "default" },
  ...{ fails: false, further: false, keeps: false, at: 0 },
};
const MANY: readonly Kind[] = ["load", "get", "set", "delete", "expire", "touch", "deletePrefix"];

/** The failure of a loader. */
export class SourceError extends Error {}

const otherOf = (key: Key): Key => (key === "a" ? "b" : "a");

function note(entries: readonly Done[], values: readonly (number | undefined)[]): void {
  for (const [index, entry] of entries.entries()) entry.read = values[index];
}

async function answersOf(cache: Cache): Promise<Map<Key, number | undefined>> {
  const values = await cache.getMany<number>(KEYS);
  return new Map(KEYS.map((key, index) => [key, values[index]]));
}
