import { FENCE_MS, type StoredLease } from "@hitbox/core";

interface Claim {
  readonly fence: string;
  readonly since: number;
  /** When the lease ends, and another may have it. */
  until: number;
}

/** Most fences that are remembered; the oldest is forgotten first, which voids it. */
const MOST_CLAIMS = 100_000;

/** The leases of a tier in this process. Holds nothing for a key once it is written or removed. */
export class Leases {
  readonly #claims = new Map<string, Claim>();
  #given = 0;

  ask(key: string, ms: number, now: number): Pick<StoredLease, "fence" | "granted"> {
    const claim = this.#claimOf(key, now) ?? this.#claim(key, now);
    const granted = claim.until <= now;
    if (granted) claim.until = now + ms;
    return { fence: claim.fence, granted };
  }

  holds(key: string, fence: string, now: number): boolean {
    return this.#claimOf(key, now)?.fence === fence;
  }

  release(key: string, fence: string, now: number): void {
    const claim = this.#claimOf(key, now);
    if (claim?.fence === fence) claim.until = now;
  }

  void(key: string): void {
    if (this.#claims.size > 0) this.#claims.delete(key);
  }

  voidAll(): void {
    this.#claims.clear();
  }

  #claimOf(key: string, now: number): Claim | undefined {
    const claim = this.#claims.get(key);
    return claim && now - claim.since < FENCE_MS ? claim : undefined;
  }

  #claim(key: string, now: number): Claim {
    const claim: Claim = { fence: `${++this.#given}`, since: now, until: now };
    this.#claims.delete(key);
    this.#claims.set(key, claim);
    this.#forgetOld(now);
    return claim;
  }

  // In the order in which they were given, so the oldest come first.
  #forgetOld(now: number): void {
    for (const [key, { since }] of this.#claims) {
      if (this.#claims.size <= MOST_CLAIMS && now - since < FENCE_MS) return;
      this.#claims.delete(key);
    }
  }
}
