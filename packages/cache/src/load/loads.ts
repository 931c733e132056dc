import { isPromise } from "@hitbox/core";
import { CallActivity, traceCall, traced } from "../activity.ts";
import type { ManyLoader } from "../cache.ts";
import { callContext } from "../call-context.ts";
import { heardContext, loadContext } from "../channels.ts";
import type { Engine } from "../engine.ts";
import type { KeyInput } from "../keys/key-text.ts";
import type { CallOptions, Loader } from "../options.ts";
import { callPolicy, checkCallOptions } from "../policy/policy.ts";
import type { Lookup } from "../read/lookup.ts";
import type { Kind, Reader } from "../read/reader.ts";
import type { Reads } from "../read/reads.ts";
import { ExplainedCaller } from "./explained-caller.ts";
import { answerFromFirstTier, answerFromLoad } from "./get-or-set.ts";
import { GetOrSetMany } from "./get-or-set-many.ts";
import type { InFlightLoad } from "./in-flight-load.ts";
import { answer } from "./modes.ts";
import { answerFromTiers } from "./reading.ts";
import type { Request } from "./request.ts";
import { SingleCaller } from "./single-caller.ts";

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

  getOrSet<T>(
    text: string,
    name: KeyInput,
    loader: Loader<T>,
    options: CallOptions<T> | undefined,
    activity?: CallActivity,
  ): Promise<T> {
    if (traced.hasSubscribers && activity === undefined)
      return traceCall(this.#activity("getOrSet", text), (begun) =>
        this.getOrSet(text, name, loader, options, begun),
      );
    if (options !== undefined) checkCallOptions("getOrSet", options, this.#engine.maxTags);
    const isPlain = options === undefined || isPlainCall(options);
    const state = isPlain ? this.#engine.keys.get(text) : undefined;
    const flight = state && this.#engine.joinable(text);
    const context = heardContext();
    const entry = isPlain && flight === undefined ? this.#reads.entry(text, context) : undefined;
    const isBeingRead = isPromise(entry);
    // Ahead of all else: a fresh entry in the first tier.
    if (!isBeingRead && this.#isAnswer(options) && this.#reads.isPlain(entry))
      return Promise.resolve(this.#reads.fastPath<T>(text, entry, context));
    return new Promise<T>((resolve, reject) => {
      const own = (options === undefined ? this.#request : this.#requestOf(options)) as Request<T>;
      const heard = context ?? loadContext();
      const isTold = heard !== undefined || activity !== undefined;
      const request = isTold ? { ...own, context: heard, activity } : own;
      const caller = new SingleCaller<T>(request, text, name, loader, resolve, reject);
      if (flight) answerFromLoad(caller, flight as InFlightLoad<T>);
      else if (isBeingRead) answerFromTiers(caller, entry);
      else if (isPlain) answerFromFirstTier(caller, entry);
      else answer(caller, () => this.#reads.entry(text, context));
    });
  }

  /** `getOrSet` that tells how the value came about. */
  lookup<T>(
    text: string,
    name: KeyInput,
    loader: Loader<T>,
    options: CallOptions<T> | undefined,
    activity?: CallActivity,
  ): Promise<Lookup<T>> {
    if (traced.hasSubscribers && activity === undefined)
      return traceCall(this.#activity("lookup", text), (begun) =>
        this.lookup(text, name, loader, options, begun),
      );
    checkCallOptions("lookup", options, this.#engine.maxTags);
    const context = callContext();
    const request = { ...(this.#requestOf(options) as Request<T>), context, activity };
    return new Promise((resolve, reject) => {
      const caller = new ExplainedCaller<T>(request, text, name, loader, resolve, reject);
      answer(caller, () => this.#reads.entry(text, context));
    });
  }

  /** `keys` by their text, which `textOf` makes. */
  getOrSetMany<K extends KeyInput, T>(
    keys: ReadonlyMap<string, K>,
    load: ManyLoader<K, T>,
    options: CallOptions<T> | undefined,
    textOf: (key: unknown) => string,
    activity?: CallActivity,
  ): Promise<(T | undefined)[]> {
    if (traced.hasSubscribers && activity === undefined)
      return traceCall(this.#manyActivity([...keys.keys()]), (begun) =>
        this.getOrSetMany(keys, load, options, textOf, begun),
      );
    checkCallOptions("getOrSetMany", options, this.#engine.maxTags);
    const request = this.#requestOf(options) as Request<T | undefined>;
    const many = new GetOrSetMany<K, T>(request, [...keys.values()], load, textOf);
    const isAnswer = this.#isAnswer(options);
    for (const [text, key] of keys) {
      const isPlain = isPlainCall(options);
      const flight = isPlain ? this.#engine.joinable(text) : undefined;
      const context = heardContext();
      const entry = isPlain && flight === undefined ? this.#reads.entry(text, context) : undefined;
      if (!isPromise(entry) && isAnswer && this.#reads.isPlain(entry)) {
        many.take(this.#reads.fastPath<T>(text, entry, context));
        continue;
      }
      const heard = context ?? loadContext();
      const told = heard === undefined ? request : { ...request, context: heard };
      const caller = many.callerOf(told, text, key);
      if (!isPlain) answer(caller, () => this.#reads.entry(text, context));
      else if (flight) answerFromLoad(caller, flight as InFlightLoad<T | undefined>);
      else many.read(caller, entry);
    }
    return many.wait();
  }

  /** The value for one more caller, who shares no object with others. */
  ownOf<T>(value: T | undefined): T | undefined {
    return (this.#reads.reader as Reader<T>).ownOf(value);
  }

  #activity(operation: string, text: string): CallActivity {
    return new CallActivity(operation, this.#engine.backend.label, text, text);
  }

  #manyActivity([first = ""]: readonly string[]): CallActivity {
    return new CallActivity("getOrSetMany", this.#engine.backend.label, undefined, first);
  }

  /** True if a fresh entry is the answer, and nothing more is to be done. */
  #isAnswer(options: CallOptions<never> | undefined): boolean {
    if (options === undefined) return this.#kind.policy.refreshAhead === undefined;
    if (options.signal?.aborted || options.timeToIdle !== undefined) return false;
    return (options.refreshAhead ?? this.#kind.policy.refreshAhead) === undefined;
  }

  #requestOf(options: CallOptions<never> | undefined): Request<unknown> {
    if (options === undefined && this.#request !== undefined) return this.#request;
    const { policy, internalTags, stats } = this.#kind;
    const { reader } = this.#reads;
    const engine = this.#engine;
    const own = callPolicy(policy, options, engine.maxTags);
    return { engine, reader, internalTags, policy: own, signal: options?.signal, context: undefined, stats };
  }
}

/** True if a call reads first, loads then, and takes a value of any age. */
function isPlainCall(options: CallOptions<never> | undefined): boolean {
  return options === undefined || (options.mode === undefined && options.maxAge === undefined);
}
