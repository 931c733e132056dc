import { chain, type MaybePromise, recover } from "../maybe-promise.ts";
import { nextTick } from "../next-tick.ts";

/** An operation, for one item and for many. */
export interface BatchedOperation<Item, Answer> {
  readonly one: (item: Item) => MaybePromise<Answer>;
  /** Answers in the order of the items; fails as a whole. */
  readonly many: (items: readonly Item[]) => MaybePromise<readonly Answer[]>;
  /** True if an error of `many` concerns one item only. Then each item is tried by itself. */
  readonly isOfOne: (error: unknown) => boolean;
}

interface Waiting<Item, Answer> {
  readonly item: Item;
  readonly resolve: (answer: MaybePromise<Answer>) => void;
}

/** Sends the operations of one tick as one batch. An operation that is alone in its tick travels alone. */
export class TickBatch<Item, Answer> {
  readonly #operation: BatchedOperation<Item, Answer>;
  #waiting: Waiting<Item, Answer>[] = [];

  constructor(operation: BatchedOperation<Item, Answer>) {
    this.#operation = operation;
  }

  add(item: Item): Promise<Answer> {
    if (this.#waiting.length === 0) nextTick(() => this.#send());
    return new Promise((resolve) => void this.#waiting.push({ item, resolve }));
  }

  #send(): void {
    const waiting = this.#waiting;
    this.#waiting = [];
    if (waiting.length === 1) this.#sendEach(waiting);
    else void this.#sendAll(waiting);
  }

  #sendAll(waiting: readonly Waiting<Item, Answer>[]): MaybePromise<void> {
    const { many, isOfOne } = this.#operation;
    const answer = (answers: readonly Answer[]): void => {
      for (const [index, { resolve }] of waiting.entries()) resolve(answers[index] as Answer);
    };
    const fail = (error: unknown): void => {
      if (isOfOne(error)) this.#sendEach(waiting);
      else for (const { resolve } of waiting) resolve(Promise.reject(error));
    };
    return recover(() => chain(many(waiting.map(({ item }) => item)), answer), fail);
  }

  #sendEach(waiting: readonly Waiting<Item, Answer>[]): void {
    for (const { item, resolve } of waiting)
      resolve(
        recover(
          () => this.#operation.one(item),
          (error) => Promise.reject(error),
        ),
      );
  }
}
