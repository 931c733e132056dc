import { type CacheValue, isPromise, type Lease, type MaybePromise } from "@hitbox/core";
import type { Engine } from "../engine.ts";
import type { KeyLoad, KeyState } from "../keys/key-state.ts";
import type { KeyInput } from "../keys/key-text.ts";
import type { LoaderContext } from "../options.ts";
import { isTimeout, LONGEST_TIMER_MS, timeoutError } from "../policy/timeout.ts";
import type { Found } from "../read/found.ts";
import type { Records } from "../tags/tag-index.ts";
import type { Origin } from "./origin.ts";
import type { Request } from "./request.ts";

/** A caller who waits for a load, and whose options and loader a load may run with. */
export interface Beginner<T> {
  readonly request: Request<T>;
  readonly key: string;
  /** Milliseconds of `engine.elapsed()` at which it was made. */
  readonly began: number;
  /** The key as the caller wrote it. */
  readonly name: KeyInput;
  /** True if the timeouts of its call are looked after elsewhere. */
  readonly isTimedByCall: boolean;
  load(context: LoaderContext<T>): T | undefined | PromiseLike<T | undefined>;
  /** Number of keys that its call of the loader loads. */
  readonly loadedKeys: number;
  join(flight: InFlightLoad<T>): void;
  /** The load has to wait for another process. */
  waitsForOthers(): void;
  /** An older value has been read. */
  offered(found: Found<T>): void;
  /** An older value has been read, and the source has just failed. */
  paused(found: Found<T>, error: unknown): void;
  /** True if it takes the answer: an entry of a tier may be too old for it. */
  answered(data: T | undefined, isShared: boolean, origin: Origin): boolean;
  failed(error: unknown, spare: Found<T> | undefined): void;
}

/**
 * One load of a key, from the read that may make it needless to the end of storing, and all callers who wait
 * for it. It belongs to the cache: a caller who goes away leaves it to the others, and the last one ends it.
 */
export class InFlightLoad<T> implements KeyLoad {
  readonly engine: Engine;
  readonly request: Request<T>;
  readonly key: string;
  readonly state: KeyState;
  readonly beginner: Beginner<T>;
  /** Milliseconds of `engine.elapsed()`. */
  readonly began: number;
  /** Milliseconds that it may take. */
  readonly timeout: number;
  readonly ends: number;
  /**
   * `reading`: the tiers are read for an answer. `loading`: the lease is asked for, then the loader runs.
   * `storing`: the loader has answered. `done`: every caller has been answered, and it stays so.
   */
  phase: KeyLoad["phase"] = "reading";
  /** The version of the key that it began with. */
  version: number;
  /** A load that began longer ago is not joined. */
  ttl: number;
  /** Tags that the value will have, as far as they are known. */
  tags: readonly string[];
  /** Of its tags, read together with the entry. */
  records: Records | undefined;
  /** The older value that is being replaced, once it has been read. */
  spare: Found<T> | undefined;
  /** True if the shared tiers have another value than the one that is being replaced, or none. */
  isSpareOutdated = false;
  /** Goes on though all callers go away: one has been answered with the older value meanwhile. */
  isKept = false;
  /** Goes on though all callers went away without an answer. */
  isAbandoned = false;
  /** Number of changes of the key that ended since it began to read, and that it may have missed. */
  missedChanges = 0;
  /** How often it has read the tiers. */
  reads = 1;
  /** The tiers failed to answer: they are not asked again, and storing is not waited for. */
  isAway = false;
  /** The tiers that other processes share have been read. */
  hasReadShared = false;
  /** Epoch milliseconds: an entry that was asked for by then is no answer. */
  notBefore: number | undefined;
  hasCalledLoader = false;
  /** Who has its value: a tier, another process that was waited for, or the loader of its beginner. */
  source: "tier" | "process" | "loader" = "tier";
  /** What it has sent to the tiers and they have not answered: for the lease, or to store. */
  sent: Promise<unknown> | undefined;
  /** Work that goes on after its callers were answered. */
  readonly afterwards: Promise<unknown>[] = [];
  /** The functions of `waitUntil` that have been given it. */
  readonly handedTo: Set<(work: Promise<unknown>) => void> = new Set();
  /** Called if it fails while the loader runs. */
  onFailure: ((error: unknown) => void) | undefined;
  private loaded: T | undefined;
  private origin: Origin | undefined;
  private lease: Lease<unknown> | undefined;
  private reason: unknown;
  private controller: AbortController | undefined;
  /** Ends it after `hardTimeout`. Undefined: there is none. */
  timer: NodeJS.Timeout | undefined;
  private readonly waiters = new Set<Beginner<T>>();
  private joined = 0;
  private readonly onEnd: (() => void)[] = [];

  /** `began`: the present `elapsed` of the engine. */
  constructor(beginner: Beginner<T>, state: KeyState, began: number) {
    const { engine, policy } = beginner.request;
    this.engine = engine;
    this.request = beginner.request;
    this.key = state.key;
    this.state = state;
    this.beginner = beginner;
    this.began = began;
    const { hardTimeout } = policy;
    this.timeout = policy.onAbandoned === "finish" ? Math.max(hardTimeout, FINISH_MS) : hardTimeout;
    this.ends = began + this.timeout;
    this.version = state.version;
    this.ttl = policy.ttl;
    this.tags = policy.tags;
  }

  /** True if new callers join it. */
  get isJoined(): boolean {
    return this.state.flight === this;
  }

  /** True if nothing newer has happened since it began. */
  get isCurrent(): boolean {
    return this.version === this.state.version;
  }

  /** True if an entry is no answer: a reload that has joined it began later. */
  isTooOld({ createdAt }: CacheValue<unknown>): boolean {
    // One of the same millisecond may be older.
    return this.notBefore !== undefined && createdAt <= this.notBefore;
  }

  get isAwaited(): boolean {
    return this.waiters.size > 0;
  }

  get signal(): AbortSignal {
    if (this.controller === undefined) {
      this.controller = new AbortController();
      if (this.phase === "done") this.controller.abort(this.reason);
    }
    return this.controller.signal;
  }

  hasTag(tags: readonly string[]): boolean {
    const isOne = (tag: string): boolean => tags.includes(tag);
    return this.tags.some(isOne) || this.spare?.entry.tags?.some(isOne) === true;
  }

  /** Sees to it that it ends after `hardTimeout`. `left`: milliseconds until then, if they are known. */
  arm(left?: number): void {
    if (this.timer !== undefined || this.phase === "done" || this.timeout > LONGEST_TIMER_MS) return;
    this.timer = setTimeout(expire, left ?? Math.max(0, this.ends - this.engine.elapsed()), this);
    if (this.waiters.size === 0) this.timer.unref();
  }

  enter(waiter: Beginner<T>): void {
    this.waiters.add(waiter);
    this.joined += 1;
    this.timer?.ref();
  }

  /** A caller goes away, or has been answered by other means. */
  leave(waiter: Beginner<T>, reason: unknown): void {
    if (!this.waiters.delete(waiter) || this.waiters.size > 0) return;
    if (this.isKept) this.timer?.unref();
    else if (this.phase !== "storing") this.abandon(reason);
  }

  private abandon(reason: unknown): void {
    const { mode, onAbandoned } = this.request.policy;
    if (onAbandoned === "finish" && mode !== "no-store") {
      this.isAbandoned = true;
      this.keep();
      return;
    }
    if (isTimeout(reason)) this.noteFailure(reason);
    this.abort(reason);
  }

  /** Goes on without callers. */
  keep(): void {
    this.isKept = true;
    if (this.timer === undefined) this.arm();
    if (!this.isAwaited) this.timer?.unref();
  }

  /** Answers the callers who may have an older value. The source has just failed with `error`. */
  makeDoWith(found: Found<T>, error: unknown): void {
    for (const waiter of [...this.waiters]) waiter.paused(found, error);
  }

  /** Begins anew, for its callers and for those who join it from now on. */
  restart(): void {
    this.version = this.state.version;
    this.state.flight = this;
    this.state.newest = this;
    this.spare = undefined;
    this.isSpareOutdated = false;
    this.records = undefined;
    this.missedChanges = 0;
  }

  startLoading(): void {
    // What has ended may still hear from a tier or a loader, and has no other phase then.
    if (this.phase !== "done") this.phase = "loading";
    if (this.timer === undefined) this.arm();
  }

  /**
   * From here on its callers are answered with `loaded`, even if storing does not end in time. Hands over its
   * lease.
   */
  startStoring(loaded: T | undefined, origin: Origin): Lease<unknown> | undefined {
    if (this.phase !== "done") this.phase = "storing";
    this.loaded = loaded;
    this.origin = origin;
    const lease = this.lease;
    this.lease = undefined;
    return lease;
  }

  missChange(): void {
    this.missedChanges += 1;
    this.spare = undefined;
  }

  /** An older value has been read: callers who may have it are answered with it. */
  offer(found: Found<T>): void {
    this.spare = found;
    for (const waiter of [...this.waiters]) waiter.offered(found);
  }

  /** A lease is released as soon as it is clear that nothing will be stored under it. */
  holdLease(lease: Lease<unknown>): void {
    this.lease = lease;
    if (this.phase === "done" || !this.isCurrent) this.releaseLease();
  }

  releaseLease(): void {
    const lease = this.lease;
    this.lease = undefined;
    if (lease) this.goOnWith(this.engine.releaseLease(this.key, lease));
  }

  /** Notes work that its end does not wait for. */
  goOnWith(work: MaybePromise<unknown>): void {
    if (isPromise(work)) this.afterwards.push(work);
  }

  /** Has `listener` called when it has ended, well or not. */
  whenEnded(listener: () => void): void {
    this.onEnd.push(listener);
  }

  /** Answers its callers. Returns those that do not take the answer. */
  succeed(data: T | undefined, origin: Origin): readonly Beginner<T>[] {
    const isShared = this.joined > 1;
    const left: Beginner<T>[] = [];
    for (const waiter of this.end()) if (!waiter.answered(data, isShared, origin)) left.push(waiter);
    return left;
  }

  fail(error: unknown): void {
    if (this.phase === "done") return;
    const { spare } = this;
    this.reason = error;
    this.onFailure?.(error);
    if (this.isKept && !this.isAwaited) this.engine.report("refresh", this.key, error);
    for (const waiter of this.end()) waiter.failed(error, spare);
  }

  /** The loader has failed, or took too long. With an older value at hand it is left alone for a while. */
  noteFailure(error: unknown): void {
    const { engine, key, request, spare } = this;
    if (this.phase === "done" || !this.isCurrent || spare === undefined || this.source !== "loader") return;
    const { createdAt } = spare.entry;
    const { retryAfter } = request.policy;
    engine.pauses.failed(key, { error, createdAt, at: engine.elapsed(), retryAfter });
  }

  abort(reason: unknown): void {
    if (this.origin) this.succeed(this.loaded, this.origin);
    if (this.phase === "done") return;
    this.fail(reason);
    this.controller?.abort(reason);
  }

  /** Its callers wait for a load that has begun since. */
  follow(newer: InFlightLoad<T>): void {
    for (const waiter of this.end()) waiter.join(newer);
  }

  /**
   * It ends before the tiers have answered. Until they have it hears of newer changes, and a close waits for
   * it: a lease that is granted then is released.
   */
  private outlive(sent: Promise<unknown>): void {
    const { engine, state } = this;
    engine.keys.hold(state);
    const letGo = (): void => engine.keys.letGo(state);
    engine.work.hold(sent.then(letGo, letGo));
  }

  /** The callers to be answered: none if it has ended before. */
  private end(): readonly Beginner<T>[] {
    if (this.phase === "done") return [];
    this.phase = "done";
    clearTimeout(this.timer);
    if (this.lease) this.releaseLease();
    if (this.sent) this.outlive(this.sent);
    this.engine.keys.end(this);
    const waiters = [...this.waiters];
    this.waiters.clear();
    for (const listener of this.onEnd) listener();
    return waiters;
  }
}

function expire(flight: InFlightLoad<unknown>): void {
  const error = timeoutError(flight.key, flight.timeout);
  flight.noteFailure(error);
  flight.abort(error);
}

/** Milliseconds that a load may take for those who finish it without callers. */
const FINISH_MS = 30_000;
