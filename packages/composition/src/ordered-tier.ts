import {
  type CacheBackend,
  type CacheContext,
  type CacheValue,
  type DeleteStatus,
  isPromise,
  type KeyLike,
  type MaybePromise,
} from "@hitbox/core";
import { KeyQueue, type Kind } from "./key-queue.ts";
import { textOf } from "./text-of.ts";
import type { Tier } from "./tiers.ts";

/** What is under way in a tier, and what has failed in it; shared by all views of its composition. */
export class TierQueues {
  readonly byKey: Map<string, KeyQueue> = new Map();
  /** Keys whose last write failed: the tier may hold an older value than others do. */
  readonly inDoubt: Set<string> = new Set();
  clearing: Promise<void> | undefined;
}

/** A composition, as a tier, knows of its own tiers. */
interface Doubtful {
  isInDoubt(key: KeyLike): boolean;
}

/** Most keys in doubt that are remembered; the longest known is forgotten first. */
const MOST_IN_DOUBT = 100_000;

/**
 * A tier whose operations on one key happen one after the other, in the order in which they were asked for, however long
 * each takes: an older write never lands on a newer one, and a read never overtakes a write that its caller was
 * told of. Costs nothing while no write is under way.
 */
export class OrderedTier implements Tier {
  readonly backend: CacheBackend;
  readonly #queues: TierQueues;

  constructor(backend: CacheBackend, queues: TierQueues) {
    this.backend = backend;
    this.#queues = queues;
  }

  get<T>(key: KeyLike, context?: CacheContext): MaybePromise<CacheValue<T> | undefined> {
    const { byKey, clearing } = this.#queues;
    return byKey.size === 0 && clearing === undefined
      ? this.backend.get<T>(key, context)
      : this.#getInTurn<T>(key, context);
  }

  set<T>(key: KeyLike, value: CacheValue<T>, context?: CacheContext): MaybePromise<void> {
    return this.#write(key, "set", () =>
      this.#note(key, () => this.backend.set(key, value, context)),
    ) as MaybePromise<void>;
  }

  /** Undefined where a later write of the key has made it pointless. */
  setFenced<T>(
    key: KeyLike,
    value: CacheValue<T>,
    fence: string,
    context?: CacheContext,
  ): MaybePromise<boolean | undefined> {
    return this.#write(key, "fenced", () =>
      this.#note(key, () => this.backend.setFenced(key, value, fence, context)),
    ) as MaybePromise<boolean | undefined>;
  }

  delete(key: KeyLike, context?: CacheContext): MaybePromise<DeleteStatus> {
    return this.#write(key, "delete", () =>
      this.#note(key, () => this.backend.delete(key, context)),
    ) as MaybePromise<DeleteStatus>;
  }

  /** Whether the last write of the key failed here: what the tier answers may be older than what was written. */
  isInDoubt(key: KeyLike): boolean {
    const { inDoubt } = this.#queues;
    const isHere = inDoubt.size > 0 && inDoubt.has(textOf(key));
    return isHere || ((this.backend as Partial<Doubtful>).isInDoubt?.(key) ?? false);
  }

  /** Resolves when the writes asked for so far have ended. */
  async idle(): Promise<void> {
    await this.#queues.clearing;
    await Promise.all([...this.#queues.byKey.values()].map((queue) => queue.idle()));
  }

  /** After every write that was asked for before it; those asked for meanwhile come after it. */
  clear(): MaybePromise<void> {
    const before = [...this.#queues.byKey.values()].map((queue) => queue.idle());
    const cleared =
      before.length === 0 ? this.backend.clear() : Promise.all(before).then(() => this.backend.clear());
    if (!isPromise(cleared)) {
      this.#queues.inDoubt.clear();
      return undefined;
    }
    const over: Promise<void> = cleared
      .then(() => this.#queues.inDoubt.clear(), noop)
      .then(() => {
        if (this.#queues.clearing === over) this.#queues.clearing = undefined;
      });
    this.#queues.clearing = over;
    return cleared;
  }

  #getInTurn<T>(key: KeyLike, context?: CacheContext): MaybePromise<CacheValue<T> | undefined> {
    const busy = this.#queues.clearing ?? this.#queues.byKey.get(textOf(key))?.idle();
    return busy ? busy.then(() => this.backend.get<T>(key, context)) : this.backend.get<T>(key, context);
  }

  #note(key: KeyLike, run: () => MaybePromise<unknown>): MaybePromise<unknown> {
    const { inDoubt } = this.#queues;
    const fail = (error: unknown): never => {
      if (inDoubt.size >= MOST_IN_DOUBT) for (const oldest of inDoubt) if (inDoubt.delete(oldest)) break;
      inDoubt.add(textOf(key));
      throw error;
    };
    const succeed = (result: unknown): unknown => {
      if (inDoubt.size > 0) inDoubt.delete(textOf(key));
      return result;
    };
    let result: MaybePromise<unknown>;
    try {
      result = run();
    } catch (error) {
      return fail(error);
    }
    return isPromise(result) ? result.then(succeed, fail) : succeed(result);
  }

  #write(key: KeyLike, kind: Kind, run: () => MaybePromise<unknown>): MaybePromise<unknown> {
    const text = textOf(key);
    if (this.#queues.clearing) return this.#queues.clearing.then(() => this.#write(key, kind, run));
    const queue = this.#queues.byKey.get(text);
    if (queue) return queue.add(kind, run);
    const running = run();
    if (!isPromise(running)) return running;
    this.#queueUp(text, running);
    return running;
  }

  #queueUp(text: string, running: Promise<unknown>): KeyQueue {
    const queue = new KeyQueue(running, () => this.#queues.byKey.delete(text));
    this.#queues.byKey.set(text, queue);
    return queue;
  }
}

function noop(): void {}
