import {
  BackendError,
  type CacheBackend,
  type CacheContext,
  type CacheKey,
  cacheContext,
  cacheKey,
  cacheValue,
} from "@hitbox/core";
import type { City } from "./city.ts";
import { type NearestAnswer, type NearestQuery, nearest } from "./nearest.ts";
import { TierHealth } from "./tier-health.ts";

export interface Answered {
  readonly answer: NearestAnswer;
  /** Label path of the tier that answered, or `upstream`. */
  readonly source: string;
  /** Milliseconds of the scan; undefined where there was none. */
  readonly scanMs: number | undefined;
}

const TTL_MS = 60 * 60 * 1_000;
const PROBE_MS = 1_000;

/**
 * Cached answers: a tier's where one has it, else the scan's, which is then stored. A tier that fails costs its
 * answers, never the request. Two requests that miss the same key at once both scan.
 */
export class CitiesCache {
  readonly health: TierHealth;
  readonly #cities: readonly City[];
  readonly #cache: CacheBackend;
  #probe: NodeJS.Timeout | undefined;
  #isClosed = false;

  constructor(cities: readonly City[], cache: CacheBackend, log: (line: string) => void) {
    this.#cities = cities;
    this.#cache = cache;
    this.health = new TierHealth(log);
  }

  async nearest(query: NearestQuery): Promise<Answered> {
    const { lat, lon, n } = query;
    const key = cacheKey("nearest", { lat, lon, n }, { version: 1 });
    const context = cacheContext();
    const answer = await this.#get(key, context);
    return answer === undefined
      ? this.#scan(key, query)
      : { answer, source: context.source, scanMs: undefined };
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    clearTimeout(this.#probe);
    await this.#cache.close();
  }

  async #scan(key: CacheKey, query: NearestQuery): Promise<Answered> {
    const start = performance.now();
    const answer = nearest(this.#cities, query);
    const scanMs = performance.now() - start;
    const context = cacheContext();
    await this.#tolerate(context, () => this.#cache.set(key, cacheValue(answer, { ttl: TTL_MS }), context));
    return { answer, source: "upstream", scanMs };
  }

  async #get(key: CacheKey, context: CacheContext): Promise<NearestAnswer | undefined> {
    const value = await this.#tolerate(context, () => this.#cache.get<NearestAnswer>(key, context));
    return value?.data;
  }

  /** Runs an operation of the cache; one that fails leaves its trace in the context, and the answer is undefined. */
  async #tolerate<T>(context: CacheContext, run: () => T | Promise<T>): Promise<T | undefined> {
    try {
      return await run();
    } catch (error) {
      if (!BackendError.is(error)) throw error;
      return undefined;
    } finally {
      this.health.note(context.tiers);
      if (this.health.degraded !== undefined) this.#probeLater();
    }
  }

  // A memory hit does not reach the second tier: without this, nobody would see that it is back until the next miss.
  #probeLater(): void {
    if (this.#isClosed) return;
    this.#probe ??= setTimeout(() => {
      this.#probe = undefined;
      void this.#get(cacheKey("probe"), cacheContext());
    }, PROBE_MS).unref();
  }
}
