import { rate, type Span, share } from "../state/numbers.ts";
import type { State } from "../state/snapshot.ts";

/** States that are remembered: five minutes at the default interval. */
const MOST = 150;
/** Milliseconds that rates and quantiles are of. */
const WINDOW_MS = 60_000;

export const STATUSES = ["hit", "stale", "collapsed", "miss"] as const;

export type Status = (typeof STATUSES)[number];

/** Requests a second at one time, by their answer, and the share of them that were not misses. */
export interface Point extends Readonly<Record<Status, number>> {
  readonly at: number;
  readonly ratio: number | undefined;
}

/** The states that the page has heard, and the points of its chart. */
export class History {
  readonly #states: State[] = [];
  readonly points: Point[] = [];

  add(state: State): void {
    const from = this.#states.at(-1);
    // A clock that was set back begins anew.
    if (from !== undefined && state.at < from.at) this.#states.length = 0;
    else if (from !== undefined && state.at > from.at) this.#addPoint({ from, to: state });
    this.#states.push(state);
    if (this.#states.length > MOST) this.#states.shift();
  }

  get latest(): State | undefined {
    return this.#states.at(-1);
  }

  /** From the oldest state within the last minute to the latest. */
  get span(): Span | undefined {
    const to = this.latest;
    if (to === undefined) return undefined;
    const from = this.#states.find(({ at }) => at >= to.at - WINDOW_MS);
    return { from: from === to ? undefined : from, to };
  }

  #addPoint(span: Span): void {
    const rates = STATUSES.map((status) => [status, rate(span, "requests", "", "", status)] as const);
    const all = rates.reduce((sum, [, value]) => sum + value, 0);
    const byStatus = Object.fromEntries(rates) as Record<Status, number>;
    this.points.push({ ...byStatus, at: span.to.at, ratio: share(all - byStatus.miss, all) });
    if (this.points.length > MOST) this.points.shift();
  }
}
