import { BackendError } from "@hitbox/core";
import { isTimeout } from "../policy/timeout.ts";

/** Touches that are alike do the same to an entry: one does for all that wait. */
export interface TouchKind {
  /** The reader of the space that the key is touched in. */
  readonly reader: object;
  /** In milliseconds; undefined: the default. `idle`: of a read, and like no other. */
  readonly ttl: number | undefined | "idle";
}

interface Turn extends TouchKind {
  isWaiting: boolean;
  answer: Promise<boolean>;
}

/**
 * Touches of a key in this process, one after the other: each needs the lease of the key, which the one
 * before it holds. Remembers only keys that are being touched.
 */
export class TouchTurns {
  readonly #last = new Map<string, Turn>();

  run(key: string, kind: TouchKind, touch: () => Promise<boolean>): Promise<boolean> {
    const before = this.#last.get(key);
    if (before?.isWaiting && isAlike(before, kind)) return before.answer;
    const turn: Turn = { ...kind, isWaiting: before !== undefined, answer: NEVER };
    const begin = (): Promise<boolean> => {
      turn.isWaiting = false;
      return touch();
    };
    turn.answer = before ? before.answer.then(begin, (error) => passOn(error, begin)) : begin();
    this.#last.set(key, turn);
    const end = (): void => {
      if (this.#last.get(key) === turn) this.#last.delete(key);
    };
    turn.answer.then(end, end);
    return turn.answer;
  }
}

const NEVER = new Promise<boolean>(() => {});

function isAlike(one: TouchKind, other: TouchKind): boolean {
  return one.reader === other.reader && one.ttl === other.ttl && one.ttl !== "idle";
}

/** A store or a schema that does not answer holds up all who wait for one deadline, not for one each. */
function passOn(error: unknown, begin: () => Promise<boolean>): Promise<boolean> {
  if (BackendError.is(error) || isTimeout(error)) throw error;
  return begin();
}
