import { type Cache, createCache, type EntryOptions } from "@hitbox/cache";
import { type AnyBackend, type Backend, cacheBackend } from "@hitbox/core";
import fc from "fast-check";
import { vi } from "vitest";
import { type Fate, modelStore } from "./model-store.ts";

export const KEYS = ["a", "b"] as const;
type Key = (typeof KEYS)[number];

type Kind = "load" | "get" | "set" | "delete" | "invalidate" | "clear";

/** One call of a cache. */
export interface Operation {
  readonly kind: Kind;
  readonly key: Key;
  /** Loads: whether the caller goes away at some time. */
  readonly leaves: boolean;
  /** The number of the cache that is called. */
  readonly at: number;
}

/** The calls of one run. Runs without tags have fewer steps, so more ways to mix these are tried. */
export interface Plan {
  readonly tags: "tags" | "no tags";
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
  readonly key: Key;
  readonly kind: "set" | "load";
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

export interface World extends Pick<Plan, "tags"> {
  readonly done: readonly Done[];
  readonly origins: ReadonlyMap<number, Origin>;
  /** The values that the store holds when all is quiet. */
  readonly stored: ReadonlyMap<Key, number | undefined>;
  /** The values that each cache answers with when all is quiet. */
  readonly answers: readonly ReadonlyMap<Key, number | undefined>[];
}

const operations = (caches: number, kinds: readonly Kind[]): fc.Arbitrary<Operation[]> => {
  const operation = fc.record<Operation>({
    kind: fc.constantFrom(...kinds),
    key: fc.constantFrom("a", "a", "a", "a", "a", "b"),
    leaves: fc.constantFrom(false, false, false, true),
    at: fc.integer({ min: 0, max: caches - 1 }),
  });
  return fc.array(operation, { minLength: 2, maxLength: 6 });
};

const KINDS: readonly Kind[] = ["load", "load", "load", "get", "set", "delete", "delete"];

export function plans(caches: number, others: readonly Kind[]): fc.Arbitrary<Plan> {
  const kinds = [...KINDS, ...others];
  const plain = fc.record<Plan>({ tags: fc.constant("no tags"), list: operations(caches, kinds) });
  const tagged = fc.record<Plan>({
    tags: fc.constant("tags"),
    list: operations(caches, [...kinds, "invalidate", "invalidate"]),
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
  #isWell = false;

  constructor(scheduler: fc.Scheduler, plan: Plan, { caches, leases, stack }: Setting, fate: () => Fate) {
    this.#scheduler = scheduler;
    this.#plan = plan;
    this.#store = modelStore(this.#pause, () => (this.#isWell ? "ok" : fate()), leases);
    const now = this.#now;
    this.#caches = Array.from({ length: caches }, () =>
      createCache({ backend: stack(this.#store, now), ttl: "1w", now, softTimeout: "1d", lease: 100 }),
    );
  }

  readonly #now = (): number => ++this.#clock;

  readonly #pause = async (what: string): Promise<void> => {
    await this.#scheduler.schedule(Promise.resolve(), what);
  };

  async world(): Promise<World> {
    await this.#until(Promise.all(this.#plan.list.map((asked, index) => this.#begin(asked, index))));
    // Failed deletes and invalidations are tried again, and succeed now.
    this.#isWell = true;
    await this.#until(new Promise((resolve) => setTimeout(resolve, 30_000)));
    const stored = await this.#until(this.#stored());
    const answers = await this.#until(Promise.all(this.#caches.map(answersOf)));
    await this.#until(Promise.all(this.#caches.map((cache) => cache.close())));
    const { tags } = this.#plan;
    return { tags, done: this.#done, origins: this.#origins, stored, answers };
  }

  async #begin(asked: Operation, index: number): Promise<void> {
    await this.#pause(`call ${index}: ${asked.kind} ${asked.key}`);
    const ending = { ended: Infinity, read: undefined, failure: undefined };
    const entry: Done = { ...asked, ...ending, begun: this.#now() };
    this.#done.push(entry);
    try {
      entry.read = await this.#call(entry, this.#caches[asked.at] as Cache);
    } catch (error) {
      entry.failure = error;
    }
    entry.ended = this.#now();
  }

  async #call(entry: Done, cache: Cache): Promise<number | undefined> {
    const { kind, key } = entry;
    if (kind === "get") return cache.get<number>(key);
    if (kind === "delete") return void (await cache.delete(key));
    if (kind === "invalidate") return void (await cache.invalidateTags([key]));
    if (kind === "clear") return void (await cache.clear());
    return kind === "set" ? this.#set(entry, cache) : this.#load(entry, cache);
  }

  async #set(entry: Done, cache: Cache): Promise<undefined> {
    const version = ++this.#versions;
    const origin = this.#originate(version, entry, entry.begun);
    await cache.set(entry.key, version, this.#tagsOf(entry.key));
    origin.ended = this.#now();
  }

  async #load(entry: Done, cache: Cache): Promise<number | undefined> {
    const version = ++this.#versions;
    const { key, leaves } = entry;
    const caller = new AbortController();
    if (leaves) void this.#pause(`caller of ${version} leaves`).then(() => caller.abort());
    const load = async ({ signal }: { readonly signal: AbortSignal }): Promise<number> => {
      const origin = this.#originate(version, entry, this.#now());
      origin.signal = signal;
      await this.#pause(`loading ${key}=${version}`);
      origin.ended = this.#now();
      return version;
    };
    return cache.getOrSet(key, load, { signal: caller.signal, ...this.#tagsOf(key) });
  }

  #originate(version: number, { kind, key, at, begun: callBegun }: Done, begun: number): Origin {
    const origin: Origin = { key, kind: kind as Origin["kind"], at, callBegun, begun, ended: Infinity };
    this.#origins.set(version, origin);
    return origin;
  }

  #tagsOf(key: Key): EntryOptions {
    return this.#plan.tags === "tags" ? { tags: [key] } : {};
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

async function answersOf(cache: Cache): Promise<Map<Key, number | undefined>> {
  const values = await cache.getMany<number>(KEYS);
  return new Map(KEYS.map((key, index) => [key, values[index]]));
}
