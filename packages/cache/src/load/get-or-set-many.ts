import type { MaybePromise } from "@hitbox/core";
import type { ManyLoader } from "../cache.ts";
import type { KeyInput } from "../keys/key-text.ts";
import { LONGEST_TIMER_MS } from "../policy/timeout.ts";
import type { Entry } from "../read/found.ts";
import type { Records } from "../tags/tag-index.ts";
import { type Batch, BatchKey } from "./batch-key.ts";
import { FurtherKeys } from "./further-keys.ts";
import { answerFrom } from "./get-or-set.ts";
import { LoadManyError } from "./load-many-error.ts";
import { LoaderBatch } from "./loader-batch.ts";
import { isError } from "./many-answer.ts";
import type { Request } from "./request.ts";

/** One `getOrSetMany`. Each of its keys is a caller by itself; those that are missing are loaded together. */
export class GetOrSetMany<K extends KeyInput, T> implements Batch<K, T> {
  readonly answer: Promise<(T | undefined)[]>;
  readonly loads: LoaderBatch<K, T>;
  readonly #request: Request<T | undefined>;
  readonly #values: (T | undefined)[];
  readonly #names: readonly K[];
  readonly #callers: BatchKey<K, T>[] = [];
  readonly #failures = new Map<number, unknown>();
  #left: number;
  #next = 0;
  #timer: NodeJS.Timeout | undefined;
  /** Of the tags that entries are read with, asked for together with the first entry that is not here yet. */
  #records: Records | undefined;
  #resolve!: (values: (T | undefined)[]) => void;
  #reject!: (error: unknown) => void;

  /** `names` are the keys as the caller wrote them. */
  constructor(
    request: Request<T | undefined>,
    names: readonly K[],
    load: ManyLoader<K, T>,
    textOf: (key: unknown) => string,
  ) {
    this.#request = request;
    this.#names = names;
    const count = names.length;
    this.loads = new LoaderBatch(count, load, new FurtherKeys<T>(request, textOf));
    this.#values = new Array<T | undefined>(count);
    this.#left = count;
    this.answer = new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
    if (count === 0) this.#resolve([]);
  }

  /** The value of the next key is here. */
  take(value: T | undefined): void {
    this.loads.leave();
    this.resolved(this.#next++, value);
  }

  /** The caller of the next key. */
  callerOf(request: Request<T | undefined>, text: string, name: K): BatchKey<K, T> {
    const caller = new BatchKey<K, T>(request, text, this, this.#next++, name);
    this.#callers.push(caller);
    return caller;
  }

  /** The entry of a caller's key has been read, or is being read. */
  read(caller: BatchKey<K, T>, entry: MaybePromise<Entry>): void {
    const { reader, policy } = this.#request;
    this.#records ??= reader.look(policy.tags);
    answerFrom(caller, entry, this.#records);
  }

  /** All keys have been asked for: what is not here yet has to be here in time. */
  wait(): Promise<(T | undefined)[]> {
    const { hardTimeout } = this.#request.policy;
    if (this.#left > 0 && hardTimeout <= LONGEST_TIMER_MS)
      this.#timer = setTimeout(() => {
        for (const caller of this.#callers) if (!caller.isOver) caller.timeOut();
      }, hardTimeout);
    return this.answer;
  }

  resolved(index: number, data: T | undefined): void {
    this.#values[index] = data;
    this.#end();
  }

  /** The failure of one key alone waits for the others; any other one is that of the call. */
  rejected(index: number, error: unknown): void {
    if (this.#isOfOneKey(error)) this.#failures.set(index, error);
    else this.#reject(error);
    this.#end();
  }

  #isOfOneKey(error: unknown): boolean {
    return isError(error) && this.#request.engine.keyErrors.has(error);
  }

  #end(): void {
    this.#left -= 1;
    if (this.#left > 0) return;
    clearTimeout(this.#timer);
    if (this.#failures.size === 0) this.#resolve(this.#values);
    else this.#reject(this.#failure());
  }

  #failure(): LoadManyError<K, T> {
    const failures = new Map<K, unknown>();
    const values = new Map<K, T | undefined>();
    for (const [index, name] of this.#names.entries())
      if (this.#failures.has(index)) failures.set(name, this.#failures.get(index));
      else values.set(name, this.#values[index]);
    return new LoadManyError(failures, values);
  }
}
