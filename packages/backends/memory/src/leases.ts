import { type Clock, FENCE_MS, type StoredLease } from "@hitbox/core";
import { ownString } from "./own-string.ts";
import { SteadyClock } from "./steady-clock.ts";
import { textBytes } from "./text-bytes.ts";

interface Claim {
  readonly fence: string;
  readonly since: number;
  /** The time at which the lease ends, and another caller may have it. */
  until: number;
}

/** Most fences that are remembered; the oldest is forgotten first, which voids it. */
const MOST_CLAIMS = 100_000;
/** A claim without its key: a place in the map, the claim itself and its fence. */
const CLAIM_BYTES = 200;
const KIB = 1_024;

/**
 * The leases of a tier in this process. Holds nothing for a key once it is written or removed. A clock that
 * is set back prolongs no lease.
 */
export class Leases {
  readonly #claims = new Map<string, Claim>();
  readonly #clock: SteadyClock;
  readonly #maxBytes: number;
  #bytes = 0;
  #given = 0;

  /** `tierBytes`: the bound on the entries' bytes. Fences take an eighth of it, or 64 KiB, in addition. */
  constructor(now: Clock, tierBytes: number = Number.POSITIVE_INFINITY) {
    this.#clock = new SteadyClock(now);
    this.#maxBytes = Math.max(64 * KIB, tierBytes / 8);
  }

  ask(key: string, ms: number): Pick<StoredLease, "fence" | "granted"> {
    const now = this.#clock.now();
    const claim = this.#claimOf(key, now) ?? this.#claim(ownString(key), now);
    const granted = claim.until <= now;
    if (granted) claim.until = now + ms;
    return { fence: claim.fence, granted };
  }

  holds(key: string, fence: string): boolean {
    return this.#claimOf(key, this.#clock.now())?.fence === fence;
  }

  release(key: string, fence: string): void {
    const now = this.#clock.now();
    const claim = this.#claimOf(key, now);
    if (claim?.fence === fence) claim.until = now;
  }

  /** Keys with a fence. */
  keys(prefix: string): string[] {
    return [...this.#claims.keys()].filter((key) => key.startsWith(prefix));
  }

  void(key: string): void {
    if (this.#claims.size > 0 && this.#claims.delete(key)) this.#bytes -= claimBytes(key);
  }

  voidAll(): void {
    this.#claims.clear();
    this.#bytes = 0;
  }

  #claimOf(key: string, now: number): Claim | undefined {
    const claim = this.#claims.get(key);
    return claim && now - claim.since < FENCE_MS ? claim : undefined;
  }

  #claim(key: string, now: number): Claim {
    const claim: Claim = { fence: `${++this.#given}`, since: now, until: now };
    this.void(key);
    this.#claims.set(key, claim);
    this.#bytes += claimBytes(key);
    this.#forgetOld(now);
    return claim;
  }

  /**
   * The map has claims in the order in which they were given, so the oldest come first. The last one stays.
   */
  #forgetOld(now: number): void {
    for (const [key, { since }] of this.#claims) {
      const isFull = this.#claims.size > MOST_CLAIMS || this.#bytes > this.#maxBytes;
      if (this.#claims.size === 1 || (!isFull && now - since < FENCE_MS)) return;
      this.void(key);
    }
  }
}

function claimBytes(key: string): number {
  return CLAIM_BYTES + textBytes(key);
}
