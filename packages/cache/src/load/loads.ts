import { isPromise } from "@hitbox/core";
import type { ManyLoader } from "../cache.ts";
import type { Engine } from "../engine.ts";
import type { CallOptions, Loader, LoaderContext } from "../options.ts";
import { callPolicy, checkCallOptions } from "../policy/policy.ts";
import type { Kind, Reader } from "../read/reader.ts";
import type { Reads } from "../read/reads.ts";
import { Caller } from "./caller.ts";
import { answerFrom, answerFromLoad } from "./get-or-set.ts";
import { GetOrSetMany } from "./get-or-set-many.ts";
import type { InFlightLoad } from "./in-flight-load.ts";
import type { Request } from "./request.ts";

/** `getOrSet` and `getOrSetMany` of one space of a cache, by the text of its keys. */
export class Loads {
  readonly #engine: Engine;
  readonly #kind: Kind;
  readonly #reads: Reads;
  /** Of calls without options. */
  readonly #request: Request<unknown>;

  constructor(engine: Engine, kind: Kind, reads: Reads) {
    this.#engine = engine;
    this.#kind = kind;
    this.#reads = reads;
    this.#request = this.#requestOf(undefined);
  }

  getOrSet<T>(text: string, loader: Loader<T>, options: CallOptions | undefined): Promise<T> {
    if (options !== undefined) checkCallOptions(options, this.#engine.maxTags);
    const flight = this.#engine.joinable(text);
    const entry = flight === undefined ? this.#reads.entry(text) : undefined;
    // Ahead of all else: a fresh entry in the first tier.
    if (!isPromise(entry) && this.#isAnswer(options) && this.#reads.isPlain(entry))
      return Promise.resolve(this.#reads.fastPath<T>(text, entry));
    return new Promise<T>((resolve, reject) => {
      const request = this.#requestOf(options) as Request<T>;
      const caller = new SingleCaller<T>(request, text, loader, resolve, reject);
      if (flight) answerFromLoad(caller, flight as InFlightLoad<T>);
      else answerFrom(caller, entry);
    });
  }

  /** `keys` by their text, which `textOf` makes. */
  getOrSetMany<K, T>(
    keys: ReadonlyMap<string, K>,
    load: ManyLoader<K, T>,
    options: CallOptions | undefined,
    textOf: (key: unknown) => string,
  ): Promise<(T | undefined)[]> {
    checkCallOptions(options, this.#engine.maxTags);
    const request = this.#requestOf(options) as Request<T | undefined>;
    const many = new GetOrSetMany<K, T>(request, [...keys.values()], load, textOf);
    const isAnswer = this.#isAnswer(options);
    for (const [text, key] of keys) {
      const flight = this.#engine.joinable(text);
      const entry = flight === undefined ? this.#reads.entry(text) : undefined;
      if (flight) many.join(text, key, flight as InFlightLoad<T | undefined>);
      else if (!isPromise(entry) && isAnswer && this.#reads.isPlain(entry))
        many.take(this.#reads.fastPath<T>(text, entry));
      else many.read(text, key, entry);
    }
    return many.wait();
  }

  /** The value for one more caller, who shares no object with others. */
  ownOf<T>(value: T | undefined): T | undefined {
    return (this.#reads.reader as Reader<T>).ownOf(value);
  }

  /** Whether a fresh entry is the answer, and nothing more is to be done. */
  #isAnswer(options: CallOptions | undefined): boolean {
    if (options === undefined) return this.#kind.policy.refreshAhead === undefined;
    if (options.signal?.aborted) return false;
    return (options.refreshAhead ?? this.#kind.policy.refreshAhead) === undefined;
  }

  #requestOf(options: CallOptions | undefined): Request<unknown> {
    if (options === undefined && this.#request !== undefined) return this.#request;
    const { policy, internalTags, stats } = this.#kind;
    const { reader } = this.#reads;
    const signal = options?.signal;
    const engine = this.#engine;
    return { engine, reader, internalTags, policy: callPolicy(policy, options), signal, stats };
  }
}

class SingleCaller<T> extends Caller<T> {
  readonly #loader: Loader<T>;
  protected readonly resolve: (data: T | undefined) => void;
  protected readonly reject: (error: unknown) => void;

  constructor(
    request: Request<T>,
    key: string,
    loader: Loader<T>,
    resolve: (data: T) => void,
    reject: (error: unknown) => void,
  ) {
    super(request, key);
    this.#loader = loader;
    this.resolve = resolve as (data: T | undefined) => void;
    this.reject = reject;
  }

  load(context: LoaderContext<T>): T | PromiseLike<T> {
    return this.#loader(context);
  }
}
