import type { CacheValue } from "@hitbox/core";
import { count } from "../answers.ts";
import { publishRead, publishStale, type StaleMessage } from "../channels.ts";
import type { KeyInput } from "../keys/key-text.ts";
import type { LoaderContext } from "../options.ts";
import { LONGEST_TIMER_MS, timeoutError } from "../policy/timeout.ts";
import type { Found } from "../read/found.ts";
import { isFresh, isWithinGrace, whyStale } from "../read/freshness.ts";
import { keepAlive } from "../read/keep-alive.ts";
import { forgetSignal, listenTo } from "./abort-listeners.ts";
import { handOverLoad } from "./hand-over-load.ts";
import type { Beginner, InFlightLoad } from "./in-flight-load.ts";
import { NotCachedError } from "./not-cached-error.ts";
import { NOTHING, type Origin } from "./origin.ts";
import type { Request } from "./request.ts";

/**
 * One key of one `getOrSet` or `getOrSetMany` that waits: for a read, or for a load that it has joined. It is
 * answered once: by the load, by an older value where its own windows and timeouts allow for that, or by its
 * own end.
 */
export abstract class Caller<T> implements Beginner<T> {
  readonly request: Request<T>;
  readonly key: string;
  readonly name: KeyInput;
  readonly began: number;
  readonly isTimedByCall: boolean = false;
  loadedKeys = 1;
  /** It has been answered. */
  isOver = false;
  private readonly ends: number;
  private flight: InFlightLoad<T> | undefined;
  private timer: NodeJS.Timeout | undefined;
  private softTimer: NodeJS.Timeout | undefined;
  private isWaiting = false;
  /** `softTimeout` has passed. */
  private isImpatient = false;

  constructor(request: Request<T>, key: string, name: KeyInput) {
    this.request = request;
    this.key = key;
    this.name = name;
    this.began = request.engine.elapsed();
    this.ends = this.began + request.policy.hardTimeout;
  }

  abstract load(context: LoaderContext<T>): T | undefined | PromiseLike<T | undefined>;
  protected abstract resolve(data: T | undefined, origin: Origin): void;
  protected abstract reject(error: unknown): void;
  /** Called when it waits for work that is not of its own call: the load of another, or another process. */
  waitsForOthers(): void {}

  /** There is no value that it may have, and it is not to load one. */
  notCached(): void {
    this.failed(new NotCachedError(this.key), undefined);
  }

  /** Waits for a read of its own, outside of any load. */
  waitAlone(): void {
    this.request.engine.waits.add(this);
    if (!this.isWaiting) this.wait();
    this.arm();
  }

  join(flight: InFlightLoad<T>): void {
    if (this.isOver) return;
    if (flight.beginner !== this) {
      this.waitsForOthers();
      this.request.activity?.waitsFor(flight);
    }
    if (this.isWaiting) this.request.engine.waits.delete(this);
    this.flight = flight;
    flight.enter(this);
    if (!this.isWaiting) this.wait();
    if (flight.timer === undefined || this.ends < flight.ends) this.arm();
    if (this.isImpatient && flight.spare) this.offered(flight.spare);
  }

  /** An older value is at hand. It is the answer if it is young enough for this caller. */
  offered(found: Found<T>): void {
    const { engine, policy } = this.request;
    const now = engine.now();
    const { answerWithin, staleIfError, maxAge } = policy;
    if (isWithinGrace(found.entry, now, answerWithin, maxAge)) this.take(found, "revalidate");
    else if (this.isImpatient && isWithinGrace(found.entry, now, staleIfError, maxAge))
      this.take(found, "timeout");
  }

  /** The source has just failed: an older value is the answer without a load, if it is young enough. */
  paused(found: Found<T>, error: unknown): void {
    const { engine, policy } = this.request;
    if (this.isOver || policy.retryAfter === 0) return;
    const isInWindow = isWithinGrace(found.entry, engine.now(), policy.answerWithin, policy.maxAge);
    if (isInWindow || this.isStaleAllowed(found, error)) this.answer(found, "error", error);
  }

  /** True if `staleIfError` answers a failure with an older value. */
  private isStaleAllowed({ entry }: Found<T>, error: unknown): boolean {
    const { engine, policy } = this.request;
    if (!isWithinGrace(entry, engine.now(), policy.staleIfError, policy.maxAge)) return false;
    try {
      return policy.staleOn?.(error) ?? true;
    } catch (thrown) {
      engine.report("refresh", this.key, thrown);
      return false;
    }
  }

  /** Answers with the entry of a tier. A load that it waits for goes on. */
  take(found: Found<T>, why: StaleMessage["why"], error?: unknown): void {
    if (this.isOver) return;
    this.flight?.keep();
    this.answer(found, why, error);
  }

  private answer(found: Found<T>, why: StaleMessage["why"], error: unknown): void {
    const { activity, engine, policy, reader, stats } = this.request;
    if (policy.timeToIdle !== Number.POSITIVE_INFINITY) keepAlive(this.request, this.key, found.entry);
    const isHit = isFresh(found.entry, engine.now());
    count(engine, stats, isHit ? "hit" : "stale", found.entry, activity);
    this.tell(found.entry, why, error);
    // A load keeps the object, for its loader and for other callers.
    const data = this.flight ? reader.ownOf(found.data) : found.data;
    this.end(undefined);
    this.resolve(data, { entry: found.entry, isFresh: isHit, loaded: undefined });
  }

  answered(data: T | undefined, isShared: boolean, origin: Origin): boolean {
    if (this.isOver) return true;
    const { entry, loaded } = origin;
    const { context, policy } = this.request;
    if (!loaded && entry) {
      // The load has asked by its own options already.
      if (policy !== this.flight?.request.policy && !this.isYoungEnough(entry)) return false;
      if (policy.timeToIdle !== Number.POSITIVE_INFINITY) keepAlive(this.request, this.key, entry);
    }
    this.count(origin);
    if (context && entry && this.flight?.source === "tier") this.tell(entry, "revalidate", undefined);
    this.end(undefined);
    this.resolve(isShared ? this.request.reader.ownOf(data) : data, origin);
    return true;
  }

  /** Tells of an answer from a tier. */
  private tell(entry: CacheValue<unknown>, why: StaleMessage["why"], error: unknown): void {
    const { context, engine } = this.request;
    if (context === undefined) return;
    const answered = (this.flight?.request ?? this.request).context;
    const { label } = engine.backend;
    const now = engine.now();
    if (isFresh(entry, now)) publishRead("hit", label, this.key, context, answered);
    else publishStale({ why: whyStale(entry, now, why), error }, label, this.key, context, answered);
  }

  private isYoungEnough(entry: CacheValue<unknown>): boolean {
    const { engine, policy } = this.request;
    return isWithinGrace(entry, engine.now(), policy.answerWithin, policy.maxAge);
  }

  /** A load that fails is answered with an older value within `staleIfError`. */
  failed(error: unknown, spare: Found<T> | undefined): void {
    if (this.isOver) return;
    if (spare && !this.request.signal?.aborted && this.isStaleAllowed(spare, error)) {
      this.take(spare, "error", error);
      return;
    }
    this.count(NOTHING);
    this.end(error);
    this.reject(error);
  }

  /** Its own `hardTimeout` has passed. */
  timeOut(): void {
    this.failed(timeoutError(this.key, this.request.policy.hardTimeout), this.flight?.spare);
  }

  /** Its `signal` is aborted, or the cache is closed. */
  abort(reason: unknown): void {
    if (this.isOver) return;
    this.count(NOTHING);
    this.end(reason);
    this.reject(reason);
  }

  becomeImpatient(): void {
    this.isImpatient = true;
    if (this.flight?.spare) this.offered(this.flight.spare);
  }

  /** Counts its call when it ends. */
  private count({ entry, isFresh: isHit }: Origin): void {
    const { activity, engine, stats } = this.request;
    const source = this.flight?.source ?? "tier";
    const isOwn = source === "loader" && this.flight?.beginner === this;
    if (source !== "tier") count(engine, stats, isOwn ? "miss" : "collapsed", undefined, activity);
    else if (entry) count(engine, stats, isHit ? "hit" : "stale", entry, activity);
    else count(engine, stats, "miss", undefined, activity);
  }

  private wait(): void {
    this.isWaiting = true;
    const { policy, signal } = this.request;
    if (signal) listenTo(signal, this);
    if (policy.softTimeout <= LONGEST_TIMER_MS)
      this.softTimer = setTimeout(becomeImpatient, policy.softTimeout, this);
  }

  private arm(): void {
    if (this.timer !== undefined || this.isTimedByCall) return;
    if (this.request.policy.hardTimeout > LONGEST_TIMER_MS) return;
    this.timer = setTimeout(timeOut, Math.max(0, this.ends - this.request.engine.elapsed()), this);
  }

  private end(reason: unknown): void {
    this.isOver = true;
    clearTimeout(this.timer);
    clearTimeout(this.softTimer);
    const { engine, signal } = this.request;
    if (signal) forgetSignal(signal, this);
    const flight = this.flight;
    this.flight = undefined;
    if (flight) {
      if (flight.phase !== "done") flight.leave(this, reason);
      if (flight.isKept) handOverLoad(flight, this.request.policy);
    } else engine.waits.delete(this);
  }
}

function becomeImpatient(caller: Caller<unknown>): void {
  caller.becomeImpatient();
}

function timeOut(caller: Caller<unknown>): void {
  caller.timeOut();
}
