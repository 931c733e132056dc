import {
  BackendError,
  type CacheContext,
  type CacheValue,
  chain,
  type DeleteStatus,
  isPromise,
  type KeyLike,
  type MaybePromise,
  missing,
  type Purpose,
  recover,
} from "@hitbox/core";
import type { TierBackend } from "@hitbox/core/tier";
import { answerFrom, forkContext } from "../fork-context.ts";
import { unsent } from "../outcome.ts";
import { textOf } from "../text-of.ts";
import type { Tier } from "../tiers.ts";
import { KeyQueue } from "./key-queue.ts";
import type { Sent, Write } from "./queued-write.ts";
import type { TierQueues } from "./tier-queues.ts";

const CLEAR: Sent = { kind: "hold" };

/** One write of a key, with the context of its caller. */
interface TierWork extends Omit<Write, "skip"> {
  readonly context: CacheContext | undefined;
}

/**
 * A tier whose operations on one key happen one after the other, in call order, however long each takes. An
 * older write never replaces a newer one, and a read never overtakes a write that its caller knows of. Costs
 * nothing while no write is under way.
 */
export class OrderedTier implements Tier {
  readonly backend: TierBackend;
  readonly #queues: TierQueues;
  readonly #purpose: Purpose;

  constructor(backend: TierBackend, queues: TierQueues, purpose: Purpose = "value") {
    this.backend = backend;
    this.#queues = queues;
    this.#purpose = purpose;
  }

  get<T>(key: KeyLike, context?: CacheContext): MaybePromise<CacheValue<T> | undefined> {
    const { byKey, clearing, isPlain } = this.#queues;
    return byKey.size === 0 && clearing === undefined && isPlain
      ? this.backend.get<T>(key, context)
      : this.#getInTurn<T>(key, context);
  }

  /** Without waiting: a tier with writes under way, or with failed ones, has no answer now. */
  peek<T>(key: KeyLike, context?: CacheContext): CacheValue<T> | undefined {
    const { byKey, clearing, isPlain } = this.#queues;
    if (byKey.size > 0 || clearing !== undefined) return undefined;
    if (isPlain) return this.backend.peek<T>(key, context);
    if (!this.#queues.isBehind) return undefined;
    const entry = this.backend.peek<T>(key, context);
    return entry === undefined || this.mayBeOutdated(key, entry) ? undefined : asBehind(entry);
  }

  /** `getShared` of the tier, after the writes of the key that were asked for earlier. */
  getShared<T>(key: KeyLike, context?: CacheContext): MaybePromise<CacheValue<T> | undefined> {
    const { byKey, clearing, isBypassed } = this.#queues;
    if (isBypassed) return undefined;
    const busy = byKey.get(textOf(key))?.idle() ?? clearing;
    return chain(busy, () => this.backend.getShared<T>(key, context));
  }

  set<T>(key: KeyLike, value: CacheValue<T>, context?: CacheContext): MaybePromise<void> {
    if (!this.#queues.isPlain && this.#queues.isBypassed) return undefined;
    const run = (): MaybePromise<void> => this.backend.set(key, value, context);
    return this.#write(key, { kind: "set", value, context, run }) as MaybePromise<void>;
  }

  /** Undefined if a later write of the key has replaced it. */
  setFenced<T>(
    key: KeyLike,
    value: CacheValue<T>,
    fence: string,
    context?: CacheContext,
  ): MaybePromise<boolean | undefined> {
    const run = (): MaybePromise<boolean> => this.backend.setFenced(key, value, fence, context);
    return this.#write(key, { kind: "fenced", value, context, run }) as MaybePromise<boolean | undefined>;
  }

  delete(key: KeyLike, context?: CacheContext): MaybePromise<DeleteStatus> {
    if (this.#queues.isBypassed) return missing();
    const run = (): MaybePromise<DeleteStatus> => this.backend.delete(key, context);
    return this.#write(key, { kind: "delete", context, run }) as MaybePromise<DeleteStatus>;
  }

  /**
   * True if the last write of the key failed here, or the last clear: the tier's answers may be older than
   * the written values. `entry` is its answer: one that was created after a failed clear is none that the
   * clear was to remove.
   */
  mayBeOutdated(key: KeyLike, entry?: CacheValue<unknown>): boolean {
    const { hasDoubts } = this.#queues;
    if (hasDoubts && this.#queues.mayBeOutdated(textOf(key), entry)) return true;
    return this.backend.mayBeOutdated(key, entry);
  }

  /**
   * Lets nobody wait any longer for the write of `value`, or for whichever is under way for the key; those
   * that wait behind it fail. It may still land, so until it has ended further writes of the key are refused
   * at once: none can be overwritten by it.
   */
  giveUp(key: KeyLike, reason: unknown, value?: object): void {
    const text = textOf(key);
    const queue = this.#queues.byKey.get(text);
    if (!queue || queue.isGivenUp) return;
    this.#queues.doubt(text);
    if (queue.giveUp(value, this.#refusal(reason)) === "under way") this.backend.giveUp(key, reason);
  }

  /** The same tier, in the same order of operations. Its messages say that they are for `purpose`. */
  withPurpose(purpose: Purpose): OrderedTier {
    return new OrderedTier(this.backend.withPurpose(purpose), this.#queues, purpose);
  }

  get isBypassed(): boolean {
    return this.#queues.isBypassed;
  }

  /** The tier holds nothing, as far as anyone can tell, and takes nothing, until it is taken back. */
  bypass(): void {
    this.#queues.bypass();
  }

  /** Changes by others are not heard: the tier answers on for `ms` milliseconds, and is bypassed then. */
  fallBehind(ms: number): void {
    this.#queues.fallBehind(ms);
  }

  resume(): void {
    this.#queues.resume();
  }

  /** Resolves when the writes asked for so far have ended. */
  async idle(): Promise<void> {
    await Promise.all([this.#queues.clearing, ...this.#busy()]);
  }

  /** After every write that was asked for before it; those asked for meanwhile come after it. */
  clear(): MaybePromise<void> {
    const { byKey, clearing } = this.#queues;
    const before = clearing ? [clearing, ...this.#busy()] : this.#busy();
    const cleared = before.length === 0 ? this.#clearAll() : Promise.all(before).then(() => this.#clearAll());
    if (!isPromise(cleared)) return undefined;
    const over: Promise<void> = cleared.then(noop, noop).then(() => {
      if (this.#queues.clearing === over) this.#queues.clearing = undefined;
    });
    for (const queue of byKey.values()) queue.holdFor(over);
    this.#queues.clearing = over;
    return cleared;
  }

  #busy(): Promise<void>[] {
    return [...this.#queues.byKey.values()].map((queue) => queue.idle());
  }

  #getInTurn<T>(key: KeyLike, context?: CacheContext): MaybePromise<CacheValue<T> | undefined> {
    if (this.#queues.isBypassed) return undefined;
    const busy = this.#queues.byKey.get(textOf(key))?.idle() ?? this.#queues.clearing;
    return busy ? busy.then(() => this.#getCertain<T>(key, context)) : this.#getCertain<T>(key, context);
  }

  /** An entry of the first tier that may be old is a miss. The caller's context hears of an answer only. */
  #getCertain<T>(key: KeyLike, context?: CacheContext): MaybePromise<CacheValue<T> | undefined> {
    const { isPlain, isFirst } = this.#queues;
    if (isPlain || !isFirst) return this.backend.get<T>(key, context);
    if (this.mayBeOutdated(key)) return undefined;
    const own = forkContext(context);
    const { isBehind } = this.#queues;
    return chain(this.backend.get<T>(key, own), (entry) => {
      if (entry === undefined || this.mayBeOutdated(key, entry)) return undefined;
      answerFrom(context, own);
      return isBehind ? asBehind(entry) : entry;
    });
  }

  /** Runs a write now, or in its turn if others of the key are under way. */
  #write(key: KeyLike, write: TierWork): MaybePromise<unknown> {
    const text = typeof key === "string" ? key : key.text;
    const { byKey, clearing } = this.#queues;
    const queue = byKey.get(text) ?? (clearing && new KeyQueue(this.#queues, text, clearing, CLEAR));
    if (queue) return this.#wait(queue, text, write);
    let running: MaybePromise<unknown>;
    try {
      running = write.run();
    } catch (error) {
      this.#queues.doubt(text);
      throw error;
    }
    if (running !== undefined && isPromise(running)) new KeyQueue(this.#queues, text, running, write);
    else if (running !== false && this.#queues.hasDoubts) this.#queues.trust(text);
    return running;
  }

  #wait(queue: KeyQueue, text: string, write: TierWork): Promise<unknown> {
    const { kind, value, context } = write;
    const skip = context && unsent(context, this.backend.label, kind, this.#purpose);
    if (!queue.isGivenUp) return queue.add({ kind, value, run: write.run, skip });
    this.#queues.doubt(text);
    const error = this.#refusal(undefined);
    skip?.(error);
    return Promise.reject(error);
  }

  /** Fails if a write was given up: it may still land. */
  #clearAll(): MaybePromise<void> {
    const queues = this.#queues;
    const late = [...queues.byKey].filter(([, { isGivenUp }]) => isGivenUp);
    const fail = (error: unknown): never => {
      queues.doubtAll();
      throw error;
    };
    const cleared = recover(() => this.backend.clear(), fail);
    return chain(cleared, () => {
      queues.trustAll();
      for (const [text] of late) queues.doubt(text);
      if (late.length > 0) throw this.#refusal(undefined);
    });
  }

  #refusal(cause: unknown): BackendError {
    const { label } = this.backend;
    const message = `${label}: an earlier write of the key was given up, and has not ended`;
    return new BackendError("timeout", message, { backend: label, cause });
  }
}

function asBehind<T>(entry: CacheValue<T>): CacheValue<T> {
  const { data, createdAt, staleAt, expiresAt, tags, loadMs } = entry;
  return { data, createdAt, staleAt, expiresAt, tags, loadMs, isBehind: true };
}

function noop(): void {}
