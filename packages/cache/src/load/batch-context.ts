import type { ManyLoaderContext } from "../cache.ts";
import type { LoadingContext } from "./loading-context.ts";
import { NOT_MODIFIED } from "./many-answer.ts";

/** One key that is loaded with others. */
export interface BatchMember<K, T> {
  readonly name: K;
  /** Has the text of the key. */
  readonly caller: { readonly key: string };
  readonly context: LoadingContext<T | undefined>;
  readonly isGone: boolean;
}

/** The context of one call of a loader of several keys. */
export class BatchContext<K, T> implements ManyLoaderContext<K, T> {
  readonly #members: readonly BatchMember<K, T>[];
  readonly #textOf: (key: unknown) => string;
  #byText: ReadonlyMap<string, LoadingContext<T | undefined>> | undefined;
  #controller: AbortController | undefined;

  constructor(members: readonly BatchMember<K, T>[], textOf: (key: unknown) => string) {
    this.#members = members;
    this.#textOf = textOf;
  }

  // Functions of its own, so that a loader may take them out of it.
  readonly stale = (key: K): T | undefined => this.#of(key)?.stale;
  readonly hasStale = (key: K): boolean => this.#of(key)?.hasStale ?? false;
  readonly staleCreatedAt = (key: K): number | undefined => this.#of(key)?.staleCreatedAt;
  readonly notModified = (): never => NOT_MODIFIED as never;

  #of(key: K): LoadingContext<T | undefined> | undefined {
    this.#byText ??= new Map(this.#members.map(({ caller, context }) => [caller.key, context]));
    return this.#byText.get(this.#textOf(key));
  }

  /** Aborted once nobody waits for any of the keys. Made when it is asked for. */
  get signal(): AbortSignal {
    this.#controller ??= this.#follow(new AbortController());
    return this.#controller.signal;
  }

  #follow(controller: AbortController): AbortController {
    const left = this.#members.filter(({ isGone }) => !isGone);
    let count = left.length;
    if (count === 0) controller.abort(this.#members[0]?.context.signal.reason);
    for (const { context } of left)
      context.signal.addEventListener(
        "abort",
        () => {
          count -= 1;
          if (count === 0) controller.abort(context.signal.reason);
        },
        { once: true },
      );
    return controller;
  }
}
