import {
  type CacheBackend,
  type CacheContext,
  type CacheValue,
  type DeleteStatus,
  isPromise,
  type KeyLike,
  type MaybePromise,
} from "@hitbox/core";
import { KeyQueue } from "./key-queue.ts";
import { textOf } from "./text-of.ts";
import type { Tier } from "./tiers.ts";

/** What is under way in a tier, shared by all views of its composition. */
export class TierQueues {
  readonly byKey: Map<string, KeyQueue> = new Map();
  clearing: Promise<void> | undefined;
}

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
    if (this.#queues.byKey.size === 0 && this.#queues.clearing === undefined)
      return this.backend.get<T>(key, context);
    const queue = this.#queues.byKey.get(textOf(key));
    const busy = queue?.idle() ?? this.#queues.clearing;
    return busy ? busy.then(() => this.backend.get<T>(key, context)) : this.backend.get<T>(key, context);
  }

  set<T>(key: KeyLike, value: CacheValue<T>, context?: CacheContext): MaybePromise<void> {
    return this.#write(key, "set", () => this.backend.set(key, value, context)) as MaybePromise<void>;
  }

  delete(key: KeyLike, context?: CacheContext): MaybePromise<DeleteStatus> {
    return this.#write(key, "delete", () => this.backend.delete(key, context)) as MaybePromise<DeleteStatus>;
  }

  /** After every write that was asked for before it; those asked for meanwhile come after it. */
  clear(): MaybePromise<void> {
    const before = [...this.#queues.byKey.values()].map((queue) => queue.idle());
    const cleared =
      before.length === 0 ? this.backend.clear() : Promise.all(before).then(() => this.backend.clear());
    if (!isPromise(cleared)) return undefined;
    const over: Promise<void> = cleared.then(noop, noop).then(() => {
      if (this.#queues.clearing === over) this.#queues.clearing = undefined;
    });
    this.#queues.clearing = over;
    return cleared;
  }

  #write(key: KeyLike, kind: "set" | "delete", run: () => MaybePromise<unknown>): MaybePromise<unknown> {
    const text = textOf(key);
    const queue = this.#queues.byKey.get(text);
    if (queue) return queue.add(kind, run);
    if (this.#queues.clearing) return this.#queueUp(text, this.#queues.clearing).add(kind, run);
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
