import type { MaybePromise } from "@hitbox/core";

/** `fenced`: a set that its store may refuse. */
export type Kind = "set" | "fenced" | "delete";

interface Caller {
  readonly kind: Kind | "idle";
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: unknown) => void;
}

/** A write that waits its turn, with everyone who is answered when it has ended, the earliest first. */
interface Waiting {
  readonly kind: Kind;
  readonly run: () => MaybePromise<unknown>;
  readonly callers: Caller[];
}

/**
 * The writes of one key in one tier, one at a time. A waiting write that a later one makes pointless is not sent: its
 * callers are answered as the later one is, and before its caller. So at most two wait: a delete, whose status is asked
 * for, and a set; and the fenced ones after these.
 */
export class KeyQueue {
  readonly #whenEmpty: () => void;
  readonly #waiting: Waiting[] = [];
  #running: Caller[] = [];

  /** `running` is a write that was sent before there was a queue; its caller has the promise already. */
  constructor(running: Promise<unknown>, whenEmpty: () => void) {
    this.#whenEmpty = whenEmpty;
    const onward = (): void => {
      for (const caller of this.#running) caller.resolve(undefined);
      void this.#next();
    };
    running.then(onward, onward);
  }

  add(kind: Kind, run: () => MaybePromise<unknown>): Promise<unknown> {
    let callers: Caller[] = [];
    for (let last = this.#waiting.at(-1); last && isPointless(last, kind); last = this.#waiting.at(-1)) {
      this.#waiting.pop();
      for (const caller of callers) last.callers.push(caller);
      callers = last.callers;
    }
    return new Promise((resolve, reject) => {
      callers.push({ kind, resolve, reject });
      this.#waiting.push({ kind, run, callers });
    });
  }

  /** Resolves when what has been asked for so far has ended, well or not. */
  idle(): Promise<void> {
    return new Promise((resolve) => {
      const done = (): void => resolve();
      (this.#waiting.at(-1)?.callers ?? this.#running).push({ kind: "idle", resolve: done, reject: done });
    });
  }

  async #next(): Promise<void> {
    const next = this.#waiting.shift();
    if (!next) return this.#whenEmpty();
    const { kind, run, callers } = next;
    this.#running = callers;
    try {
      const value = await run();
      for (const caller of callers) caller.resolve(caller.kind === kind ? value : undefined);
    } catch (error) {
      for (const caller of callers) caller.reject(error);
    }
    void this.#next();
  }
}

/** Any set before a later write that is certain to happen; a delete before another, which reports for both. */
function isPointless(earlier: Waiting, later: Kind): boolean {
  return later !== "fenced" && (earlier.kind !== "delete" || later === "delete");
}
