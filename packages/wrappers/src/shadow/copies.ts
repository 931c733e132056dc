import { type Backend, chain, type MaybePromise, recover, type StoredValue } from "@hitbox/core";
import { KeyedQueue } from "@hitbox/core/tier";
import { observed } from "./observed.ts";
import type { ShadowState } from "./shadow-state.ts";

/** `held`: the candidate has done the change. `not held`: it cannot hold the entry. */
type Copied = "held" | "not held";

/** Does the changes of a backend to its candidate, those of a key in their order. */
export class Copies<Raw> {
  readonly #candidate: Backend<Raw>;
  readonly #state: ShadowState;
  readonly #queue = new KeyedQueue();

  constructor(candidate: Backend<Raw>, state: ShadowState) {
    this.#candidate = candidate;
    this.#state = state;
  }

  /** Runs `run`, a change of the keys. Nobody waits for `copy`, which is called for each of them after it. */
  change<T>(
    keys: readonly string[],
    run: () => MaybePromise<T>,
    copy: (key: string, answer: T) => MaybePromise<Copied> | undefined,
  ): MaybePromise<T> {
    const sampled = keys.filter(this.#state.isSampled);
    if (sampled.length === 0) return run();
    for (const key of sampled) this.#state.keys.beginChange(key);
    const end = (key: string): void => this.#state.keys.endChange(key);
    const succeeded = (answer: T): void => {
      for (const key of sampled)
        this.#attempt(
          (work) => this.#queue.run(key, work),
          () => copy(key, answer),
          () => end(key),
        );
    };
    return observed(run, succeeded, () => sampled.forEach(end));
  }

  clear(run: () => MaybePromise<void>): MaybePromise<void> {
    const { keys } = this.#state;
    keys.changeAll();
    const succeeded = (): void => {
      keys.changeAll();
      this.#attempt(
        (work) => this.#queue.afterAll(work),
        () => this.#clear(),
        () => keys.changeAll(),
      );
    };
    return observed(run, succeeded, () => {});
  }

  /** An entry that the candidate cannot hold does not leave an older one there. */
  write(key: string, value: StoredValue<Raw> | undefined): MaybePromise<Copied> {
    const { maxKeyBytes = Infinity, maxValueBytes = Infinity } = this.#candidate.supports;
    if (value === undefined || Buffer.byteLength(key) > maxKeyBytes) return "not held";
    const { payload } = value;
    if (payload instanceof Uint8Array && payload.byteLength > maxValueBytes)
      return done(this.#candidate.remove(key), "not held");
    return done(this.#candidate.write(key, value), "held");
  }

  remove(key: string): MaybePromise<Copied> {
    return done(this.#candidate.remove(key), "held");
  }

  #clear(): MaybePromise<Copied> {
    return this.#candidate.clear ? done(this.#candidate.clear(), "held") : "not held";
  }

  #attempt(
    inTurn: (work: () => MaybePromise<Copied | undefined>) => MaybePromise<Copied | undefined>,
    copy: () => MaybePromise<Copied> | undefined,
    ended: () => void,
  ): void {
    if (!this.#state.takePlace()) {
      ended();
      return;
    }
    const end = (outcome: Copied | undefined): void => {
      this.#state.leave();
      ended();
      if (outcome !== undefined) this.#state.counts[outcome === "held" ? "copied" : "notCopied"] += 1;
    };
    void observed(
      () =>
        recover(
          () => inTurn(copy),
          (): Copied => "not held",
        ),
      end,
      () => {},
    );
  }
}

function done(answer: MaybePromise<unknown>, outcome: Copied): MaybePromise<Copied> {
  return chain(answer, () => outcome);
}
