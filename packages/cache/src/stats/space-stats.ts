import type { SpacePath } from "../keys/space-of.ts";
import type { CallTally } from "./call-tally.ts";

/**
 * The counts of one namespace or entity. Plain fields, so that a hit counts itself by one addition.
 * Milliseconds are those of the loaders that succeeded.
 */
export class SpaceStats {
  hits = 0;
  stale = 0;
  misses = 0;
  collapsed = 0;
  loads = 0;
  failures = 0;
  loadMs = 0;
  readonly space: SpacePath;
  /** The numbers of its entity for recorders, once there is one. */
  tally: CallTally | undefined = undefined;

  constructor(space: SpacePath) {
    this.space = space;
  }

  /** A loader has answered. `share`: of its time, if it has loaded several keys. */
  loaded(ms: number, share: number): void {
    this.loads += 1;
    this.loadMs += ms * share;
  }

  failed(): void {
    this.loads += 1;
    this.failures += 1;
  }

  /** Milliseconds that callers would have waited for loaders, at the mean time of a load. */
  get savedMs(): number {
    const succeeded = this.loads - this.failures;
    return succeeded === 0 ? 0 : (this.hits + this.stale + this.collapsed) * (this.loadMs / succeeded);
  }
}
