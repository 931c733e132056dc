import { setImmediate as turn, setTimeout as wait } from "node:timers/promises";
import { type CacheBackend, cacheValue } from "@hitbox/core";
import { IS_WRITING } from "./is-writing.ts";

/** What became of the operations of a load. */
export interface Tally {
  /** Operations begun, and those of them that rejected. */
  tried: number;
  failed: number;
  /** Longest time from the beginning of an operation to its end, in milliseconds. */
  longest: number;
  /** Requests to the service, and those that it answered with the right value. */
  requests: number;
  answered: number;
  /** Most operations under way at any time. */
  mostUnderWay: number;
  /** Milliseconds that the load ran for. */
  ms: number;
}

/**
 * Requests a second, if the process is not held up. Each is one operation or more. Tests share the processors
 * with others, so that half of what the tables are made with has to do.
 */
const RATE = IS_WRITING ? 1_200 : 600;
/**
 * Requests that are made up for after the process was held up: 50 ms of them. On a busy machine more would
 * hold it up again, and for longer, until neither it nor a test's own questions came to their turn.
 */
const MOST_OWED = RATE / 20;
/** More than L1 holds. */
const KEYS = 4_000;
const TICK = 5;
const TTL = 60_000;

/**
 * A service under a steady load, as far as the machine lets it. A request is one get; where that misses or
 * fails, the upstream answers, and the value is set. One request in 20 begins with a delete. No operation
 * begins on a key of which a write is under way: a composition puts operations on one key in order, and each
 * has the deadline for itself.
 */
export class Load {
  readonly #cache: CacheBackend;
  readonly #writing = new Set<string>();
  readonly #underWay = new Set<Promise<void>>();
  #operations = 0;
  #tally: Tally = fresh();
  #isOn = false;
  #running: Promise<void> = Promise.resolve();

  constructor(cache: CacheBackend) {
    this.#cache = cache;
  }

  start(): void {
    this.#isOn = true;
    this.#running = this.#run();
  }

  /** What has begun since the start, or since this was last asked for. How it ends is still added. */
  take(): Tally {
    const tally = this.#tally;
    this.#tally = fresh();
    return tally;
  }

  /** Resolves when everything that was begun has settled. */
  async stop(): Promise<void> {
    this.#isOn = false;
    await this.#running;
    await Promise.all(this.#underWay);
  }

  async #run(): Promise<void> {
    let [last, owed] = [performance.now(), 0];
    while (this.#isOn) {
      await wait(TICK);
      const now = performance.now();
      this.#tally.ms += now - last;
      owed = Math.min(owed + ((now - last) * RATE) / 1_000, MOST_OWED);
      last = now;
      for (; owed >= 1; owed--) this.#begin();
    }
  }

  #begin(): void {
    const key = `key${Math.floor(Math.random() * KEYS)}`;
    if (this.#writing.has(key)) return;
    const request = this.#serve(key).finally(() => this.#underWay.delete(request));
    this.#underWay.add(request);
  }

  async #serve(key: string): Promise<void> {
    const tally = this.#tally;
    tally.requests += 1;
    if (Math.random() < 0.05) await this.#write(key, () => this.#cache.delete(key));
    const cached = await this.#time(async () => this.#cache.get<string>(key));
    const value = cached?.data ?? (await upstream(key));
    if (value === key) tally.answered += 1;
    if (cached === undefined && !this.#writing.has(key)) {
      await this.#write(key, () => this.#cache.set(key, cacheValue(key, { ttl: TTL })));
    }
  }

  async #write(key: string, run: () => unknown): Promise<void> {
    this.#writing.add(key);
    await this.#time(async () => run());
    this.#writing.delete(key);
  }

  async #time<T>(run: () => Promise<T>): Promise<T | undefined> {
    const tally = this.#tally;
    const start = performance.now();
    tally.tried += 1;
    this.#operations += 1;
    tally.mostUnderWay = Math.max(tally.mostUnderWay, this.#operations);
    try {
      return await run();
    } catch {
      tally.failed += 1;
      return undefined;
    } finally {
      this.#operations -= 1;
      tally.longest = Math.max(tally.longest, performance.now() - start);
    }
  }
}

function fresh(): Tally {
  return { tried: 0, failed: 0, longest: 0, requests: 0, answered: 0, mostUnderWay: 0, ms: 0 };
}

async function upstream(key: string): Promise<string> {
  await turn();
  return key;
}
