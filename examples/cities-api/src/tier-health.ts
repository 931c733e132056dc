import { BackendError, type TierOutcome } from "@hitbox/core";

/** Which tiers fail, as their outcomes tell. Says so once when one begins to fail, and once when it works again. */
export class TierHealth {
  readonly #codes = new Map<string, string>();
  readonly #log: (line: string) => void;

  constructor(log: (line: string) => void) {
    this.#log = log;
  }

  note(outcomes: readonly TierOutcome[]): void {
    for (const { tier, status, error } of outcomes) {
      if (status === "error") this.#fails(tier, error);
      else if (status !== "skipped") this.#works(tier);
    }
  }

  /** `cities.redis: connection` while that tier fails; undefined while all work. */
  get degraded(): string | undefined {
    if (this.#codes.size === 0) return undefined;
    return [...this.#codes].map(([tier, code]) => `${tier}: ${code}`).join(", ");
  }

  #fails(tier: string, error: unknown): void {
    const isNew = !this.#codes.has(tier);
    this.#codes.set(tier, BackendError.is(error) ? error.code : "internal");
    const reason = error instanceof Error ? error.message : String(error);
    if (isNew) this.#log(`${tier} is away, the rest answers without it (${reason})`);
  }

  #works(tier: string): void {
    if (this.#codes.delete(tier)) this.#log(`${tier} is back`);
  }
}
