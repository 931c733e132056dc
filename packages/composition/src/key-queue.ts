import type { MaybePromise } from "@hitbox/core";

type Kind = "set" | "delete";

/** A write that waits its turn, with everyone who is answered when it has ended. */
interface Waiting {
  readonly kind: Kind;
  readonly run: () => MaybePromise<unknown>;
  readonly answer: Promise<unknown>;
  readonly settle: (outcome: Promise<unknown>) => void;
}

/**
 * The writes of one key in one tier, one at a time. A waiting write that a later one makes pointless is not sent: its
 * callers are answered as the later one is. So at most two wait, a delete whose status is asked for and a set.
 */
export class KeyQueue {
  readonly #whenEmpty: () => void;
  readonly #waiting: Waiting[] = [];
  #running: Promise<unknown>;

  constructor(running: Promise<unknown>, whenEmpty: () => void) {
    this.#whenEmpty = whenEmpty;
    this.#running = running;
    this.#follow(running);
  }

  add(kind: Kind, run: () => MaybePromise<unknown>): Promise<unknown> {
    const next = waiting(kind, run);
    for (let last = this.#waiting.at(-1); last && isPointless(last, kind); last = this.#waiting.at(-1)) {
      this.#waiting.pop();
      last.settle(last.kind === kind ? next.answer : next.answer.then(noop));
    }
    this.#waiting.push(next);
    return next.answer;
  }

  /** Resolves when what is asked for so far has ended, well or not. */
  async idle(): Promise<void> {
    await (this.#waiting.at(-1)?.answer ?? this.#running).then(noop, noop);
  }

  #follow(running: Promise<unknown>): void {
    this.#running = running;
    const onward = (): void => this.#next();
    running.then(onward, onward);
  }

  #next(): void {
    const next = this.#waiting.shift();
    if (!next) {
      this.#whenEmpty();
      return;
    }
    const outcome = (async () => next.run())();
    next.settle(outcome);
    this.#follow(outcome);
  }
}

/** A set before any later write; a delete before another, which reports for both. */
function isPointless(earlier: Waiting, later: Kind): boolean {
  return earlier.kind === "set" || later === "delete";
}

function waiting(kind: Kind, run: () => MaybePromise<unknown>): Waiting {
  let settle: Waiting["settle"] = noop;
  const answer = new Promise<unknown>((resolve) => {
    settle = resolve;
  });
  // Whoever asked hears of a failure; an answer that nobody waits for must not be an unhandled one.
  answer.catch(noop);
  return { kind, run, answer, settle };
}

function noop(): void {}
