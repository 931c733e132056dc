import {
  BackendError,
  type BackendWarning,
  type CacheContext,
  type Clock,
  cacheContext,
  chain,
  isPromise,
  type Lease,
  type MaybePromise,
  recover,
  systemClock,
} from "@hitbox/core";
import { holdBackend, KeyedQueue, type TierBackend } from "@hitbox/core/tier";
import { type ErrorListener, type ErrorMessage, publish, tell } from "./channels.ts";
import { type Closable, closeEngine } from "./close/close-engine.ts";
import { untilIdle } from "./close/idle.ts";
import { Waits } from "./close/waits.ts";
import { WorkUnderWay } from "./close/work-under-way.ts";
import type { KeyLoad } from "./keys/key-state.ts";
import { KeyStates } from "./keys/key-states.ts";
import { Namespaces } from "./keys/namespaces.ts";
import { RetryPauses } from "./load/retry-pauses.ts";
import type { Entry } from "./read/found.ts";
import { NextWrites } from "./read/next-writes.ts";
import { TouchTurns } from "./read/touch-turns.ts";
import { Stats } from "./stats/stats.ts";
import { tagIndex } from "./tags/make-tag-index.ts";
import type { TagIndex } from "./tags/tag-index.ts";
import { PendingDeletes } from "./write/pending-deletes.ts";
import { UnstoredWarnings } from "./write/unstored-warnings.ts";

export interface EngineOptions {
  readonly backend: TierBackend;
  /** The backend as it was given: two caches that were given the same one agree on its tags. */
  readonly store: object;
  readonly now: Clock;
  readonly random: () => number;
  readonly maxKeyBytes: number;
  readonly maxTags: number;
  /** In milliseconds. */
  readonly closeTimeout: number;
  readonly onError: ErrorListener | undefined;
  readonly onWarning: ((warning: BackendWarning) => void) | undefined;
}

/** The state that a cache and all its namespaces and entities share. */
export class Engine implements Closable {
  readonly backend: TierBackend;
  readonly now: Clock;
  readonly random: () => number;
  readonly maxKeyBytes: number;
  readonly maxTags: number;
  /**
   * Milliseconds since some time of this process. A clock that is set does not change it, unless it is a
   * given one.
   */
  readonly elapsed: () => number;
  readonly keys: KeyStates = new KeyStates();
  readonly namespaces: Namespaces = new Namespaces();
  /** Hands the changes of a key to the backend in the order asked. The backend keeps that order. */
  readonly writes: KeyedQueue = new KeyedQueue();
  /** The changes that the backend has not answered yet. */
  readonly unanswered: KeyedQueue = new KeyedQueue();
  readonly pending: PendingDeletes;
  readonly tags: TagIndex;
  readonly stats: Stats = new Stats();
  readonly work: WorkUnderWay = new WorkUnderWay();
  /** Keys whose source has just failed. */
  readonly pauses: RetryPauses = new RetryPauses();
  /** Of keys whose entries reads keep alive. */
  readonly nextWrites: NextWrites = new NextWrites();
  readonly touches: TouchTurns = new TouchTurns();
  /** Callers who wait for a read, and not for a load. */
  readonly waits: Waits = new Waits();
  /** True if processes can be kept from loading the same key at the same time. */
  readonly hasLeases: boolean;
  readonly closeTimeout: number;
  /** Errors that a loader of several keys has answered with for one of them. */
  readonly keyErrors: WeakSet<object> = new WeakSet();
  readonly unstored: UnstoredWarnings;
  readonly isLast: () => boolean;
  readonly #onError: ErrorListener | undefined;
  #longestLife = 0;
  #changes = 0;
  #clearing: Promise<void> | undefined;
  isClosing = false;
  #closing: Promise<void> | undefined;

  constructor(options: EngineOptions) {
    const { backend, store, now, random, maxKeyBytes, maxTags, closeTimeout } = options;
    this.#onError = options.onError;
    this.unstored = new UnstoredWarnings(backend.label, options.onWarning);
    this.backend = backend;
    this.now = now;
    this.random = random;
    this.maxKeyBytes = maxKeyBytes;
    this.maxTags = maxTags;
    this.elapsed = now === systemClock || now === Date.now ? () => performance.now() : now;
    this.pending = new PendingDeletes(backend.label, now, this.keys);
    const { elapsed, pending: retries } = this;
    this.tags = tagIndex(backend, { now, elapsed, retries, maxTags, store });
    this.closeTimeout = closeTimeout;
    // A backend that hears of others' changes is shared with them, though its first tier is not.
    const isShared = backend.shared.supports.shared || backend.supports.watch === true;
    this.hasLeases = backend.supports.lease === true && isShared;
    // Last of all: a cache that is refused uses nothing.
    this.isLast = holdBackend(backend.identity);
  }

  /** True if a read of the backend is a read of the store that all processes agree on. */
  get isItsOwnShared(): boolean {
    return this.backend.shared === this.backend;
  }

  /** The tiers' entry, unless it is to be deleted. */
  read(key: string, context?: CacheContext): MaybePromise<Entry> {
    if (this.pending.waiting.size === 0) return this.backend.get(key, context);
    const deleted = this.pending.limitOf(key);
    return chain(this.backend.get(key, context), (read) => newerThan(deleted, read));
  }

  /** The first tier's entry, fresh or stale, if it can be had at once. */
  peek(key: string, context?: CacheContext): Entry {
    // It is no read of its own: the outcomes of the call have the first tier already, or need it not.
    const own = context && cacheContext();
    const entry = newerThan(this.pending.limitOf(key), this.backend.peek(key, own));
    if (context && own && entry) context.source = own.source;
    return entry;
  }

  /** The entry that all processes agree on. */
  getShared(key: string, context?: CacheContext): MaybePromise<Entry> {
    const deleted = this.pending.limitOf(key);
    return chain(this.backend.getShared(key, context), (read) => newerThan(deleted, read));
  }

  /**
   * Asks after the changes of the key that are under way here: they would void the fence. `isChange`: for one
   * of them, whose turn it is.
   */
  async lease(key: string, ms: number, context?: CacheContext, isChange = false): Promise<Lease<unknown>> {
    const writes = isChange ? undefined : this.writes.tail(key);
    if (writes !== undefined) await writes;
    const unanswered = isChange ? undefined : this.unanswered.tail(key);
    if (unanswered !== undefined) await unanswered;
    const { waiting } = this.pending;
    const deleted = waiting.size === 0 ? -1 : this.pending.limitOf(key);
    const lease = await this.backend.lease<unknown>(key, ms, context);
    if (deleted < 0 && waiting.size === 0) return lease;
    // An earlier change may have failed just now: the entry is written back by an expire or a touch.
    const limit = Math.max(deleted, this.pending.limitOf(key));
    return { ...lease, value: newerThan(limit, lease.value) };
  }

  releaseLease(key: string, lease: Lease<unknown> | undefined): MaybePromise<unknown> {
    if (!lease?.granted) return undefined;
    return this.background("lease", key, () => this.backend.releaseLease(key, lease.fence));
  }

  /** The load of the key that a new caller joins. A load that began longer ago than its `ttl` is outdated. */
  joinable(key: string): KeyLoad | undefined {
    const flight = this.keys.get(key)?.flight;
    if (flight === undefined || this.elapsed() - flight.began <= flight.ttl) return flight;
    flight.state.outdate();
    return undefined;
  }

  /** Makes a change of `keys` by `run`. Loads of the keys that began before it are outdated. */
  async change<R>(keys: readonly string[], run: () => MaybePromise<R>): Promise<R> {
    for (const key of keys) {
      this.keys.outdate(key);
      this.pauses.end(key);
    }
    try {
      return await run();
    } finally {
      for (const key of keys) this.keys.missChange(key);
    }
  }

  /** The number of a change that begins now. */
  nextChange(): number {
    this.#changes += 1;
    return this.#changes;
  }

  /**
   * Sends a write of `keys` when it is `ready` and the earlier ones have been sent. Answers as `send` does.
   */
  send<P, R>(
    keys: readonly string[],
    ready: MaybePromise<P>,
    send: (prepared: P) => MaybePromise<R>,
  ): MaybePromise<R> {
    const isReady = ready === undefined || !isPromise(ready);
    if (!isReady || this.writes.tail(keys) !== undefined) return this.#sendLater(keys, ready, send);
    const answer = send(ready);
    if (isPromise(answer)) this.unanswered.hold(keys, answer);
    return answer;
  }

  async #sendLater<P, R>(
    keys: readonly string[],
    ready: MaybePromise<P>,
    send: (prepared: P) => MaybePromise<R>,
  ): Promise<R> {
    const { answer } = await this.writes.run(keys, async () => ({ answer: send(await ready) }));
    if (isPromise(answer)) this.unanswered.hold(keys, answer);
    return answer;
  }

  /**
   * Runs a change that reads its key first: after the earlier changes have been answered, and before any
   * later one is sent.
   */
  alone<R>(key: string, run: () => Promise<R>): MaybePromise<R> {
    return this.writes.run(key, async () => {
      await this.unanswered.tail(key);
      return run();
    });
  }

  /** The end of the clears that are under way, if any are: what is set from now on is to stay. */
  get clearing(): Promise<void> | undefined {
    return this.#clearing;
  }

  /** True if a write of the key, or a clear, is under way: an entry that has been read may be older. */
  isChanging(key: string): boolean {
    const write = this.writes.tail(key) ?? this.unanswered.tail(key);
    return (write ?? this.#clearing) !== undefined;
  }

  /** Clears the backend, after the changes that have been asked for. */
  clear(): MaybePromise<void> {
    const cleared = this.writes.afterAll(() => this.backend.clear());
    if (isPromise(cleared)) this.#holdClear(cleared);
    return cleared;
  }

  #holdClear(clear: Promise<void>): void {
    const over: Promise<void> = Promise.allSettled([this.#clearing, clear]).then(() => {
      if (this.#clearing === over) this.#clearing = undefined;
    });
    this.#clearing = over;
  }

  /** Milliseconds for which an entry that this cache has stored may be there. */
  get longestLife(): number {
    return this.#longestLife;
  }

  noticeLife(life: number): void {
    if (life > this.#longestLife) this.#longestLife = life;
  }

  /** Runs `work` whose failure nobody waits for; a close does wait for its end. */
  background(operation: ErrorMessage["operation"], key: string, work: () => unknown): MaybePromise<unknown> {
    const done = recover(
      () => chain(work() as MaybePromise<unknown>, () => undefined),
      (error) => this.report(operation, key, error),
    );
    if (isPromise(done)) this.work.hold(done);
    return done;
  }

  /** Tells of a failure that no caller hears of. */
  report(operation: ErrorMessage["operation"], key: string | undefined, error: unknown): undefined {
    publish("error", this.backend.label, key ?? "", () => ({ operation, key, error }));
    if (this.#onError !== undefined) tell(this.#onError, error, { operation, key });
  }

  /** Resolves when no load, read, change or background work is under way. */
  idle(): Promise<void> {
    return untilIdle(this);
  }

  closedError(): BackendError {
    const { label } = this.backend;
    return new BackendError("closed", `${label}: the cache was closed`, { backend: label });
  }

  checkOpen(): void {
    if (this.isClosing) throw this.closedError();
  }

  close(): Promise<void> {
    if (this.#closing !== undefined) return this.#closing;
    this.#closing = closeEngine(this);
    this.isClosing = true;
    return this.#closing;
  }
}

function newerThan(at: number, entry: Entry): Entry {
  return entry !== undefined && entry.createdAt > at ? entry : undefined;
}
