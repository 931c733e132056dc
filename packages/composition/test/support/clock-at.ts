/** A clock that a test moves by hand. */
export interface HandClock {
  readonly now: () => number;
  advance(ms: number): void;
}

/** `start`: epoch milliseconds. */
export function clockAt(start: number): HandClock {
  let time = start;
  return {
    now: () => time,
    advance(ms) {
      time += ms;
    },
  };
}
