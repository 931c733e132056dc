import { type Cache, createCache, type Entity } from "@hitbox/cache";
import type { CacheBackend } from "@hitbox/core";
import type { City } from "./city.ts";
import { type NearestAnswer, type NearestQuery, nearest } from "./nearest.ts";
import { TierHealth } from "./tier-health.ts";

export interface Answered {
  readonly answer: NearestAnswer;
  /** Label path of the tier that answered, or `upstream`. */
  readonly source: string;
  /** Milliseconds of the scan; undefined where there was none, or where it was another request's. */
  readonly scanMs: number | undefined;
}

const PROBE_MS = 1_000;

/**
 * Cached answers: a tier's where one has it, else the scan's, which is then stored. A tier that fails costs its
 * answers, never the request. Requests that miss the same place together share one scan.
 */
export class CitiesCache {
  readonly health: TierHealth;
  readonly cache: Cache;
  readonly #cities: readonly City[];
  readonly #answers: Entity<NearestQuery, NearestAnswer>;
  #probe: NodeJS.Timeout | undefined;
  #isClosed = false;

  constructor(cities: readonly City[], backend: CacheBackend, log: (line: string) => void) {
    this.#cities = cities;
    this.cache = createCache({ backend, ttl: "1h" });
    this.#answers = this.cache.entity({ prefix: "nearest", version: 1 });
    this.health = new TierHealth(log);
  }

  /**
   * The `lookup` says who has the answer, and is not counted. A service that need not say so does with the
   * `getOrSet` alone, which metrics count.
   */
  async nearest(query: NearestQuery): Promise<Answered> {
    const { source = "upstream", tiers } = await this.#answers.lookup(query);
    this.#note(tiers);
    let scanMs: number | undefined;
    const answer = await this.#answers.getOrSet(query, () => {
      const start = performance.now();
      const scanned = nearest(this.#cities, query);
      scanMs = performance.now() - start;
      return scanned;
    });
    return { answer, source: scanMs === undefined ? source : "upstream", scanMs };
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    clearTimeout(this.#probe);
    await this.cache.close();
  }

  #note(tiers: Parameters<TierHealth["note"]>[0]): void {
    this.health.note(tiers);
    if (this.health.degraded !== undefined) this.#probeLater();
  }

  // A memory hit does not reach the second tier: without this, nobody would see that it is back until the next miss.
  #probeLater(): void {
    if (this.#isClosed) return;
    this.#probe ??= setTimeout(() => void this.#look(), PROBE_MS).unref();
  }

  async #look(): Promise<void> {
    this.#probe = undefined;
    const { tiers } = await this.cache.lookup("probe");
    this.#note(tiers);
  }
}
