/** The seed of a run of random cases, and the case in it that is to be played: fast-check's path. */
export interface Replay {
  readonly seed: number;
  /**
   * `"812"` is the 813th case; `"812:0:3"` is a smaller case that shrinking it led to. Undefined: all cases.
   */
  readonly path: string | undefined;
}

/** Reads `seed` or `seed:path`, as in `SEED=883367879:812:0:3`. */
export function replayOf(text: string): Replay {
  const match = /^(-?\d+)(?::(\d+(?::\d+)*))?$/.exec(text);
  if (match === null) throw new TypeError(`SEED must be "seed" or "seed:path"; got "${text}".`);
  return { seed: Number(match[1]), path: match[2] };
}

export function textOf({ seed, path }: Replay): string {
  return path === undefined ? `${seed}` : `${seed}:${path}`;
}
