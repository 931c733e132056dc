import { compose } from "@hitbox/composition";
import { type CacheValue, cacheBackend, cacheValue } from "@hitbox/core";
import { asTier, type TierBackend } from "@hitbox/core/tier";
import { memory } from "@hitbox/memory";
import fc from "fast-check";
import { tagIndex } from "../../../src/tags/make-tag-index.ts";
import type { TagIndex, TagRemoval } from "../../../src/tags/tag-index.ts";
import { type Fate, type Leases, ModelStore } from "./model-store.ts";

export const TAGS = ["s", "t"] as const;
export type Tag = (typeof TAGS)[number];
const KEYS = ["a", "b"] as const;

/** One step of a plan, by one of the processes. */
export interface Step {
  readonly kind:
    | "load"
    | "late load"
    | "set"
    | "read"
    | "invalidate"
    | "expire"
    | "retry"
    | "evict"
    | "flush";
  readonly at: number;
  readonly key: (typeof KEYS)[number];
  readonly tags: readonly Tag[];
  /** Milliseconds that the record is made for. The entry never ends, so a record that does is prolonged. */
  readonly life: number;
  /** Whether it begins when all earlier steps are over. */
  readonly isAfter: boolean;
}

export interface Setting {
  readonly leases: Leases;
  /** `coherent`: each process has a first tier that hears of changes. */
  readonly tiers: "one" | "coherent" | "incoherent";
  readonly processes: number;
}

/** What an entry tells of itself. Times are those of the run. */
export interface Witness {
  readonly at: number;
  readonly kind: Step["kind"];
  readonly begun: number;
  /** When the stamps of each tag were known. */
  readonly stamped: Partial<Record<Tag, number>>;
  /** When the loader read its source, or the caller had the value of a set. */
  readonly sourced: number;
}

/** `expire`: entries may be answered with after it, as stale ones. */
export interface Invalidation {
  readonly kind: "invalidate" | "expire";
  readonly at: number;
  readonly tags: readonly Tag[];
  readonly begun: number;
  /** When it was over for its own process: it succeeded or failed. */
  ended: number;
  /** When it was over for all processes. */
  reached: number;
}

export interface Answer {
  readonly isFresh: boolean;
  readonly at: number;
  readonly begun: number;
  readonly witness: Witness;
  readonly tags: readonly Tag[];
}

export interface World {
  readonly answers: readonly Answer[];
  readonly invalidations: readonly Invalidation[];
  /** Steps after which a value was not to be had though nothing disturbed it. */
  readonly unserved: readonly string[];
}

export const steps = (processes: number): fc.Arbitrary<Step[]> =>
  fc.array(
    fc.record<Step>({
      kind: fc.constantFrom(
        ...([
          "load",
          "load",
          "late load",
          "set",
          "read",
          "read",
          "read",
          "invalidate",
          "invalidate",
          "expire",
          "expire",
        ] as const),
        ...(["retry", "evict", "flush"] as const),
      ),
      at: fc.integer({ min: 0, max: processes - 1 }),
      key: fc.constantFrom("a", "a", "b"),
      tags: fc.constantFrom<readonly Tag[]>(["t"], ["t"], ["s", "t"]),
      isAfter: fc.boolean(),
      life: fc.constantFrom(Number.POSITIVE_INFINITY, 1e12, 100),
    }),
    { minLength: 3, maxLength: 10 },
  );

interface Process {
  readonly backend: TierBackend;
  readonly index: TagIndex;
  readonly retries: Map<string, TagRemoval>;
}

export class Run {
  readonly #scheduler: fc.Scheduler;
  readonly #setting: Setting;
  readonly #store: ModelStore;
  readonly #processes: readonly Process[];
  readonly #answers: Answer[] = [];
  readonly #invalidations: Invalidation[] = [];
  readonly #unserved: string[] = [];
  #time = 0;
  #isWell = false;

  constructor(scheduler: fc.Scheduler, setting: Setting, fate: () => Fate, now: () => number) {
    this.#scheduler = scheduler;
    this.#setting = setting;
    this.#store = new ModelStore({
      leases: setting.leases,
      watch: setting.tiers === "coherent" ? "watched" : "silent",
      pause: (what) => scheduler.schedule(Promise.resolve(), what) as Promise<unknown> as Promise<void>,
      fate: () => (this.#isWell ? "ok" : fate()),
    });
    const clock = (): number => (this.#isWell ? 1_000 : now());
    this.#processes = Array.from({ length: setting.processes }, () => this.#process(setting, clock));
  }

  async world(plan: readonly Step[]): Promise<World> {
    const begun: Promise<void>[] = [];
    for (const [index, step] of plan.entries()) {
      if (step.isAfter) await this.#until(Promise.all(begun.splice(0)));
      begun.push(this.#step(step, index));
    }
    await this.#until(Promise.all(begun));
    await this.#idle();
    this.#isWell = true;
    for (const { retries } of this.#processes) await this.#until(runAll(retries));
    for (const at of this.#processes.keys()) await this.#until(this.#serves(at));
    return { answers: this.#answers, invalidations: this.#invalidations, unserved: this.#unserved };
  }

  #process({ tiers }: Setting, now: () => number): Process {
    const far = cacheBackend(this.#store.backend(), { now });
    const backend = tiers === "one" ? far : compose(memory({ maxEntries: 10, now }), far, { now });
    const retries = new Map<string, TagRemoval>();
    const index = tagIndex(asTier(backend), {
      now,
      elapsed: () => this.#time,
      retries: {
        add: (key, removal) => void retries.set(key, removal),
        settle: (key) => void retries.delete(key),
      },
    });
    return { backend: asTier(backend), index, retries };
  }

  async #step(step: Step, index: number): Promise<void> {
    await this.#scheduler.schedule(Promise.resolve(), `step ${index}: ${step.kind}`);
    const process = this.#processes[step.at] as Process;
    try {
      if (step.kind === "read") await this.#read(step, process);
      else if (step.kind === "invalidate" || step.kind === "expire") await this.#invalidate(step, process);
      else if (step.kind === "retry") await runAll(process.retries);
      else if (step.kind === "evict") this.#store.lose([`%tag:${step.tags[0]}`]);
      else if (step.kind === "flush") this.#store.lose([...this.#store.entries.keys()]);
      else await this.#put(step, process);
    } catch {
      // A store that fails is none of the laws' business.
    }
  }

  async #put({ kind, at, key, tags, life }: Step, { backend, index }: Process): Promise<void> {
    const begun = ++this.#time;
    const stamped: Partial<Record<Tag, number>> = {};
    const known = kind === "late load" ? tags.slice(0, 1) : tags;
    const records = kind === "load" ? index.ahead(known) : undefined;
    let stamps = await index.stamp(known, life, records);
    for (const tag of known) stamped[tag] = ++this.#time;
    const sourced = kind === "set" ? begun : ++this.#time;
    await this.#scheduler.schedule(Promise.resolve(), `${kind} ${key}`);
    if (known.length < tags.length) {
      stamps = await index.restamp(stamps, tags, life);
      for (const tag of tags) stamped[tag] ??= ++this.#time;
    }
    const witness: Witness = { at, kind, begun, stamped, sourced };
    const entry = cacheValue(witness, { createdAt: 1, tags: [...tags, "%none"] });
    await backend.set(key, index.stamped(entry, stamps));
  }

  async #read({ at, key, tags }: Step, { backend, index }: Process): Promise<void> {
    const begun = ++this.#time;
    const reading = backend.get<Witness>(key);
    const records = tags.length === 1 ? index.ahead(tags) : undefined;
    const entry = await reading;
    const verdict = entry !== undefined && (await index.accepts(entry, records));
    if (entry === undefined || verdict === false) return;
    this.#answers.push({ isFresh: verdict === true, at, begun, witness: entry.data, tags: tagsOf(entry) });
  }

  async #invalidate({ at, kind, tags }: Step, { index }: Process): Promise<void> {
    const how = kind === "expire" ? kind : "invalidate";
    const own: Invalidation = {
      kind: how,
      at,
      tags,
      begun: ++this.#time,
      ended: Infinity,
      reached: Infinity,
    };
    this.#invalidations.push(own);
    try {
      await (how === "expire" ? index.expire(tags, this.#time) : index.invalidate(tags));
      own.reached = ++this.#time;
    } finally {
      own.ended = ++this.#time;
    }
  }

  /** A value that is set now, with all quiet, is there for every process. */
  async #serves(at: number): Promise<void> {
    await this.#put(
      { kind: "set", at, key: "a", tags: TAGS, life: 1, isAfter: true },
      this.#processes[at] as Process,
    );
    const last = this.#time;
    for (const reader of this.#processes.keys()) {
      // A first tier of its own has an older value, which is as valid.
      if (this.#setting.tiers === "incoherent" && reader !== at) continue;
      const before = this.#answers.length;
      await this.#read(
        { kind: "read", at: reader, key: "a", tags: TAGS, life: 1, isAfter: true },
        this.#processes[reader] as Process,
      );
      const answer = this.#answers[before];
      if (answer?.witness.at !== at || !answer.isFresh || answer.witness.begun > last)
        this.#unserved.push(`${at} to ${reader}`);
    }
  }

  /** Writes that failed may still land. */
  async #idle(): Promise<void> {
    for (let quiet = 0; quiet < 3; quiet++) {
      await new Promise((resolve) => setImmediate(resolve));
      if (this.#scheduler.count() === 0) continue;
      await this.#scheduler.waitOne();
      quiet = 0;
    }
  }

  async #until<T>(work: Promise<T>): Promise<T> {
    let isOver = false;
    const end = (): void => {
      isOver = true;
    };
    void work.then(end, end);
    while (!isOver) {
      await new Promise((resolve) => setImmediate(resolve));
      if (this.#scheduler.count() > 0) await this.#scheduler.waitOne();
    }
    return work;
  }
}

async function runAll(retries: Map<string, TagRemoval>): Promise<void> {
  for (const [key, removal] of [...retries]) {
    await removal.run();
    retries.delete(key);
  }
}

function tagsOf({ tags = [] }: CacheValue<unknown>): readonly Tag[] {
  return tags.filter((tag): tag is Tag => TAGS.includes(tag as Tag));
}
