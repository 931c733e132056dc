import { type CacheValue, isPromise, type MaybePromise } from "@hitbox/core";
import { unlessAborted } from "./unless-aborted.ts";

/** What a tier answered with, found good. */
export interface Found<T> {
  readonly entry: CacheValue<unknown>;
  /** Undefined: "not found" was stored. */
  readonly data: T | undefined;
}

/** Who keeps calls until they have ended. */
export interface CallListener {
  /** Nobody new is to join it. */
  aborted(call: Call<unknown>): void;
  ended(call: Call<unknown>): void;
}

/**
 * One load of a key, or a read that may lead to one, and all who wait for it. It belongs to the cache: a caller who goes
 * away leaves it to the others, and the last one ends it.
 */
export class Call<T> {
  readonly key: string;
  /** `background`: it began for the cache's own sake, while a usable value was at hand. */
  readonly kind: "asked" | "background";
  /** Hears of the end. */
  listener: CallListener | undefined;
  #controller: AbortController | undefined;
  #end: { readonly reason: unknown } | undefined;
  #answer: Promise<T | undefined> | undefined;
  #resolve: ((answer: MaybePromise<T | undefined>) => void) | undefined;
  #settled: { readonly answer: MaybePromise<T | undefined> } | undefined;
  /** Tags that the value will have, as far as they are known. */
  tags: readonly string[];
  /** Lets others load the key. */
  giveUpLease: (() => void) | undefined;
  /**
   * Whether a change that was under way when the call read its key has ended since: who has joined after that must not get
   * what was read before it. Undefined where none was.
   */
  isBehind: (() => boolean) | undefined;
  #isOutdated = false;
  #stale: Found<T> | undefined;
  #wanted: ((found: Found<T>) => void)[] | undefined;
  #waiting = 0;
  #joined = 0;

  constructor(key: string, kind: "asked" | "background", tags: readonly string[]) {
    this.key = key;
    this.kind = kind;
    this.tags = tags;
  }

  /** The key was set or deleted since: what is loaded is for those who wait, and not for the store. */
  get isOutdated(): boolean {
    return this.#isOutdated;
  }

  outdate(): void {
    this.#isOutdated = true;
    this.giveUpLease?.();
  }

  get signal(): AbortSignal {
    if (this.#controller === undefined) {
      this.#controller = new AbortController();
      if (this.#end) this.#controller.abort(this.#end.reason);
    }
    return this.#controller.signal;
  }

  abort(reason: unknown): void {
    if (this.#end) return;
    this.#end = { reason };
    this.#controller?.abort(reason);
    this.listener?.aborted(this as Call<unknown>);
  }

  /** What is being replaced, once it has been read. */
  get stale(): Found<T> | undefined {
    return this.#stale;
  }

  set stale(found: Found<T> | undefined) {
    this.#stale = found;
    if (found) for (const use of this.#wanted ?? []) use(found);
    this.#wanted = undefined;
  }

  /** Now, or as soon as it has been read. */
  onceStale(use: (found: Found<T>) => void): void {
    if (this.#stale) use(this.#stale);
    else {
      this.#wanted ??= [];
      this.#wanted.push(use);
    }
  }

  get isAwaited(): boolean {
    return this.#waiting > 0;
  }

  /** Whether the answer is for more than one, none of whom may have the object itself then. */
  get isShared(): boolean {
    return this.#joined > 1;
  }

  /** Made when somebody first asks for it: most keys of a batch are answered before anybody has. */
  get answer(): Promise<T | undefined> {
    this.#answer ??= this.#settled
      ? Promise.resolve(this.#settled.answer)
      : new Promise((resolve) => {
          this.#resolve = resolve;
        });
    return this.#answer;
  }

  /** Says what the answer is, or will be. Called once. */
  settle(answer: MaybePromise<T | undefined>): void {
    this.#settled = { answer };
    this.#resolve?.(answer);
    const end = (): void => this.listener?.ended(this as Call<unknown>);
    if (isPromise(answer)) answer.then(end, end);
    else end();
  }

  /** Counts a caller who waits to the end. */
  enter(): void {
    this.#waiting += 1;
    this.#joined += 1;
  }

  /** The answer, or the caller's own end. */
  wait(signal: AbortSignal | undefined): Promise<T | undefined> {
    this.enter();
    if (signal === undefined) return this.answer;
    return unlessAborted(this.answer, signal, () => this.#leave(signal.reason));
  }

  /** The load goes on though all who wait go away: one of them has been answered by other means. */
  keep(): void {
    this.#waiting += 1;
  }

  #leave(reason: unknown): void {
    this.#waiting -= 1;
    if (this.#waiting === 0 && this.kind === "asked") this.abort(reason);
  }
}
