import {
  type CacheContext,
  type CacheValue,
  isPromise,
  isShared,
  type MaybePromise,
  recover,
} from "@hitbox/core";
import { CallActivity, traceCall, traced } from "../activity.ts";
import { calls, count, tallyCall } from "../answers.ts";
import type { CallContext } from "../call-context.ts";
import { heardContext, publishRead, publishStale } from "../channels.ts";
import { handOver } from "../close/hand-over.ts";
import type { Engine } from "../engine.ts";
import type { SpaceStats } from "../stats/space-stats.ts";
import { hasMarks } from "../tags/entry-tags.ts";
import { bounded } from "./bounded.ts";
import type { Entry, Found } from "./found.ts";
import { isFresh, isWithinGrace, whyStale } from "./freshness.ts";
import { keepAlive } from "./keep-alive.ts";
import { type Kind, Reader } from "./reader.ts";

/** Reads of one space of a cache, by the text of its keys. */
export class Reads {
  readonly reader: Reader<unknown>;
  readonly #engine: Engine;
  readonly #kind: Kind;
  readonly #stats: SpaceStats;
  readonly #isKept: boolean;

  constructor(engine: Engine, kind: Kind) {
    this.#engine = engine;
    this.#kind = kind;
    this.#stats = kind.stats;
    this.#isKept = kind.policy.timeToIdle !== Number.POSITIVE_INFINITY;
    this.reader = new Reader(engine, kind);
  }

  get<T>(text: string, activity?: CallActivity): Promise<T | undefined> {
    if (traced.hasSubscribers && activity === undefined) return this.#traced<T>(text);
    const context = heardContext();
    const entry = this.entry(text, context);
    if (isPromise(entry)) entry.catch(ignore);
    else if (this.isPlain(entry)) return Promise.resolve(this.fastPath<T>(text, entry, context));
    const value = this.#answerOf<T>(text, () => entry, context);
    return isPromise(value) ? this.#bounded(text, value) : Promise.resolve(value);
  }

  #traced<T>(text: string): Promise<T | undefined> {
    const activity = new CallActivity("get", this.#engine.backend.label, text, text);
    return traceCall(activity, async () => {
      const value = await this.get<T>(text, activity);
      activity.status = value === undefined ? "miss" : "hit";
      return value;
    });
  }

  getMany<T>(texts: readonly string[], activity?: CallActivity): Promise<(T | undefined)[]> {
    const [first = ""] = texts;
    if (traced.hasSubscribers && activity === undefined) {
      const call = new CallActivity("getMany", this.#engine.backend.label, undefined, first);
      return traceCall(call, (begun) => this.getMany<T>(texts, begun));
    }
    const values = texts.map((text) => this.#read<T>(text));
    return values.some(isPromise)
      ? this.#bounded(first, Promise.all(values))
      : Promise.resolve(values as (T | undefined)[]);
  }

  /** The answer of `get`, if the first tier has it now. The other tiers are asked in the background. */
  getSync<T>(text: string): T | undefined {
    const value = this.#read<T>(text);
    if (!isPromise(value)) return value;
    const read = this.#bounded(text, value);
    read.catch(() => {});
    handOver(this.#engine, this.#kind.policy, text, read);
    if (this.#kind.policy.staleWhileRevalidate === 0) return undefined;
    const context = heardContext();
    const stale = this.#answerOf<T>(text, () => this.#engine.peek(text, context), context);
    if (!isPromise(stale)) return stale;
    stale.catch(() => {});
    return undefined;
  }

  /**
   * The entry that `read` answers with, if it may be used. A backend that fails has none, unless its errors
   * are asked for.
   */
  async find<T>(text: string, read: () => MaybePromise<Entry>): Promise<Found<T> | undefined> {
    const found = this.#find<T>(text, read);
    return isPromise(found) ? this.#bounded(text, found) : found;
  }

  /** The tiers' entry. Fails in one way only. */
  entry(text: string, context?: CacheContext): MaybePromise<Entry> {
    try {
      return this.#engine.read(text, context);
    } catch (error) {
      return Promise.reject(error);
    }
  }

  /** True if an entry may be answered with as it is: fresh, and known to be valid. */
  isPlain(entry: Entry): entry is CacheValue<unknown> {
    if (entry === undefined) return false;
    if (entry.tags !== undefined && entry.tags.length > 0 && !this.#isTaggedPlain(entry, entry.tags))
      return false;
    if (entry.staleAt !== undefined && entry.staleAt <= this.#engine.now()) return false;
    const { validator } = this.#kind;
    if (validator !== undefined && validator.known(entry.data) === undefined) return false;
    return this.reader.isOfSpace(entry) && isShared(entry);
  }

  #isTaggedPlain(entry: CacheValue<unknown>, tags: readonly string[]): boolean {
    return !hasMarks(tags) && this.#engine.tags.acceptsAtOnce(entry);
  }

  /** The answer of a plain entry. */
  fastPath<T>(text: string, entry: CacheValue<unknown>, context: CallContext | undefined): T {
    const { validator } = this.#kind;
    const { data } = entry;
    this.#stats.hits += 1;
    if (calls.hasSubscribers) tallyCall(this.#engine, this.#stats, "hit", entry);
    if (this.#isKept) this.noteAnswer(text, entry);
    if (context !== undefined) publishRead("hit", this.#engine.backend.label, text, context);
    return (validator === undefined ? data : validator.known(data)) as T;
  }

  /** Notes that an entry has been read. */
  noteAnswer(text: string, entry: CacheValue<unknown>): void {
    if (!this.#isKept) return;
    keepAlive({ engine: this.#engine, policy: this.#kind.policy, reader: this.reader }, text, entry);
  }

  #read<T>(text: string): MaybePromise<T | undefined> {
    const context = heardContext();
    return this.#answerOf<T>(text, () => this.#engine.read(text, context), context);
  }

  #answerOf<T>(
    text: string,
    read: () => MaybePromise<Entry>,
    context: CallContext | undefined,
  ): MaybePromise<T | undefined> {
    const found = this.#find<T>(text, read, context);
    if (isPromise(found)) return found.then((one) => this.#answer(text, one, context));
    return this.#answer(text, found, context);
  }

  #find<T>(
    text: string,
    read: () => MaybePromise<Entry>,
    context?: CallContext | undefined,
  ): MaybePromise<Found<T> | undefined> {
    return recover(
      () => (this.reader as Reader<T>).read(text, read, undefined, context),
      (error) => {
        if (this.#kind.policy.onBackendError === "throw") throw error;
        return this.#engine.report("get", text, error);
      },
    );
  }

  #answer<T>(text: string, found: Found<T> | undefined, context: CallContext | undefined): T | undefined {
    const { policy } = this.#kind;
    const now = this.#engine.now();
    const cache = this.#engine.backend.label;
    if (!found || !isWithinGrace(found.entry, now, policy.staleWhileRevalidate)) {
      count(this.#engine, this.#stats, "miss", undefined);
      publishRead("miss", cache, text, context);
      return undefined;
    }
    if (this.#isKept) this.noteAnswer(text, found.entry);
    count(this.#engine, this.#stats, isFresh(found.entry, now) ? "hit" : "stale", found.entry);
    if (isFresh(found.entry, now)) publishRead("hit", cache, text, context);
    else publishStale({ why: whyStale(found.entry, now), error: undefined }, cache, text, context);
    return found.data;
  }

  #bounded<T>(text: string, read: Promise<T>): Promise<T> {
    return bounded(this.#engine.waits, text, this.#kind.policy.hardTimeout, read);
  }
}

function ignore(): void {}
