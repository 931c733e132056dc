import { listenToTallies } from "@hitbox/core/tier";

/** Adds the numbers that a tally has counted since the last look. */
export type Collect = () => void;

/**
 * Looks at tallies when the metrics are read: a hit costs its own addition, and no more. `collectOf` is
 * called with each tally once, and notes the numbers that it has by then.
 */
export class Collector<T> {
  readonly #collects: Collect[] = [];
  readonly #stop: () => void;

  constructor(name: string, collectOf: (tally: T) => Collect) {
    this.#stop = listenToTallies<T>(name, (tally) => this.#collects.push(collectOf(tally)));
  }

  collect(): void {
    for (const collect of this.#collects) collect();
  }

  /** Collects for the last time. */
  stop(): void {
    this.collect();
    this.#collects.length = 0;
    this.#stop();
  }
}

/** The numbers by which `names` of an object have grown since the last call; undefined if none has. */
export function growthOf<Name extends string>(
  counts: { readonly [N in Name]: number },
  names: readonly Name[],
): () => { readonly [N in Name]: number } | undefined {
  let last = { ...counts };
  return () => {
    const before = last;
    if (names.every((name) => counts[name] === before[name])) return undefined;
    last = { ...counts };
    return Object.fromEntries(names.map((name) => [name, last[name] - before[name]])) as Record<Name, number>;
  };
}
