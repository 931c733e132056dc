import { type Cache, createCache } from "@hitbox/cache";
import { type HandClock, handClock, settle } from "@hitbox/cache/testing";
import { compose } from "@hitbox/composition";
import { memory } from "@hitbox/memory";
import { switchable } from "@hitbox/wrappers";
import { explain } from "./explain.ts";
import { entryOptions, TAG } from "./keys.ts";

const OPTIONS = { ttl: "1m", staleWhileRevalidate: "1m", staleIfError: "1h" } as const;
/** A call and its answer, for the log. */
export interface Entry {
  readonly id: number;
  /** Seconds since the page was opened, by the clock of the page. */
  readonly at: number;
  readonly call: string;
  readonly answer: string;
  readonly why: string;
}

export interface Switches {
  redis: boolean;
  database: boolean;
}

/** Two tiers over a database that counts its loads. Time passes by `advance` alone. */
export class Session {
  readonly switches: Switches = { redis: true, database: true };
  readonly #clock: HandClock = handClock();
  readonly #begun = this.#clock.now();
  readonly #redis = switchable(memory({ maxEntries: 1_000, label: "redis", now: this.#clock.now }));
  /** As a store that other processes use: tags are kept there, not in the process. */
  readonly #shared = {
    ...this.#redis,
    supports: { ...this.#redis.supports, shared: true, persistent: true },
  };
  readonly #versions = new Map<string, number>();
  readonly #log: Entry[] = [];
  #cache: Cache = this.#startedCache();
  #loads = 0;

  get loads(): number {
    return this.#loads;
  }

  /** Seconds since it began. */
  get seconds(): number {
    return (this.#clock.now() - this.#begun) / 1_000;
  }

  /** The newest first. */
  get log(): readonly Entry[] {
    return this.#log;
  }

  get(key: string): Promise<void> {
    return this.#noted(`getOrSet("${key}")`, async () => {
      const loads = this.#loads;
      const found = await this.#cache.lookup(key, () => this.#load(key), entryOptions(key));
      await settle();
      const isRefreshed = found.status === "stale" && this.#loads > loads;
      const refresh = isRefreshed ? " The database was asked in the background." : "";
      return { answer: found.value ?? "", why: explain(found) + refresh };
    });
  }

  /** Changes the row in the database, and stores the new one. */
  set(key: string): Promise<void> {
    return this.#noted(`set("${key}")`, async () => {
      const row = this.#changed(key);
      await this.#cache.set(key, row, entryOptions(key));
      return { answer: row, why: this.#inBoth("Written to") };
    });
  }

  delete(key: string): Promise<void> {
    return this.#noted(`delete("${key}")`, async () => {
      await this.#cache.delete(key);
      return { answer: "", why: this.#inBoth("Removed from") };
    });
  }

  /** Its stale windows begin now. */
  expire(key: string): Promise<void> {
    return this.#noted(`expire("${key}")`, async () => {
      await this.#cache.expire(key);
      return { answer: "", why: "The value is stale from now on. The next call gets it, and refreshes it." };
    });
  }

  invalidate(): Promise<void> {
    return this.#noted(`invalidateTags(["${TAG}"])`, async () => {
      await this.#cache.invalidateTags([TAG]);
      return { answer: "", why: "Every entry with the tag counts as gone, in all tiers." };
    });
  }

  /** The database changes without a word to the cache. */
  change(key: string): Promise<void> {
    return this.#noted(`UPDATE ${key}`, async () => {
      return { answer: this.#changed(key), why: "Only the database has it. The cache was not told." };
    });
  }

  /** A new process: its memory is empty, and Redis has what it had. */
  restart(): Promise<void> {
    return this.#noted("restart", async () => {
      this.#cache = this.#startedCache();
      return { answer: "", why: "Memory is empty. Redis still has its entries." };
    });
  }

  advance(seconds: number): Promise<void> {
    return this.#noted(`${seconds} s pass`, async () => {
      this.#clock.advance(seconds * 1_000);
      return { answer: "", why: "" };
    });
  }

  switchRedis(): Promise<void> {
    const isOn = !this.switches.redis;
    return this.#noted(`Redis ${isOn ? "on" : "off"}`, async () => {
      this.switches.redis = isOn;
      if (isOn) this.#redis.switchOn();
      else this.#redis.switchOff();
      return { answer: "", why: isOn ? "Deletes that failed are sent now." : "Its operations fail at once." };
    });
  }

  switchDatabase(): Promise<void> {
    const isOn = !this.switches.database;
    return this.#noted(`Database ${isOn ? "on" : "off"}`, async () => {
      this.switches.database = isOn;
      return { answer: "", why: isOn ? "" : "Each load fails." };
    });
  }

  #startedCache(): Cache {
    const now = this.#clock.now;
    const first = memory({ maxEntries: 100, now });
    return createCache({ backend: compose(first, this.#shared, { now }), now, ...OPTIONS });
  }

  #inBoth(done: string): string {
    if (this.switches.redis) return `${done} both tiers.`;
    return `${done} memory. Redis is off: entries there that are older are deleted when it is back.`;
  }

  #load(key: string): string {
    this.#loads++;
    if (!this.switches.database) throw new Error("the database is down");
    return `${key}, version ${this.#versions.get(key) ?? 1}`;
  }

  #changed(key: string): string {
    const version = (this.#versions.get(key) ?? 1) + 1;
    this.#versions.set(key, version);
    return `${key}, version ${version}`;
  }

  async #noted(call: string, run: () => Promise<Pick<Entry, "answer" | "why">>): Promise<void> {
    const at = this.seconds;
    const { answer, why } = await run().catch(failed);
    await settle();
    this.#log.unshift({ id: this.#log.length, at, call, answer, why });
  }
}

function failed(error: Error): Pick<Entry, "answer" | "why"> {
  return { answer: `rejects: ${error.message}`, why: "No tier had a value to fall back on." };
}
