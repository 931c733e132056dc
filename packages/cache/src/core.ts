import {
  BackendError,
  type CacheBackend,
  type CacheContext,
  type CacheValue,
  type Clock,
  chain,
  isPromise,
  type Lease,
  type MaybePromise,
  recover,
} from "@hitbox/core";
import type { TierBackend } from "@hitbox/core/tier";
import type { Call, CallListener } from "./call.ts";
import { type ErrorMessage, publish } from "./channels.ts";
import { Retries } from "./retries.ts";
import { Tags } from "./tags.ts";
import { WriteOrder } from "./write-order.ts";

/** What a cache and all its namespaces and entities share. */
export class Core implements CallListener {
  readonly backend: TierBackend;
  readonly now: Clock;
  readonly random: () => number;
  readonly tags: Tags;
  readonly retries: Retries;
  readonly order: WriteOrder = new WriteOrder();
  /** What new callers of a key join, by the key's text. */
  calls: Map<string, Call<unknown>> = new Map();
  /** Whether processes can be kept from loading the same key at the same time. */
  readonly hasLeases: boolean;
  /** All calls that have not ended, those that new callers do not join any more included. */
  #active = new Set<Call<unknown>>();
  /** Sets, deletes and loads that have been sent to the backend so far. */
  changes = 0;
  readonly #background = new Set<Promise<unknown>>();
  #longestLife = 0;
  #closing: Promise<void> | undefined;

  constructor(backend: TierBackend, now: Clock, random: () => number) {
    this.backend = backend;
    this.now = now;
    this.random = random;
    this.retries = new Retries(backend.label, now);
    this.tags = new Tags(backend.shared, this.retries);
    // A backend that hears of others' changes is shared with them, though its first tier is not.
    const isShared = backend.shared.supports.shared || backend.supports.watch === true;
    this.hasLeases = backend.supports.lease === true && isShared;
  }

  /**
   * What the tiers have. What is still to be removed when they are asked is none: that may be done, and no longer be known
   * of, by the time they answer with it.
   */
  read(
    key: string,
    context?: CacheContext,
    tiers: CacheBackend = this.backend,
  ): MaybePromise<CacheValue<unknown> | undefined> {
    const doomed = this.retries.doomedUntil(key);
    const entry = tiers.get(key, context);
    return doomed < 0 || !isPromise(entry) ? entry : entry.then((one) => newerThan(doomed, one));
  }

  /** Likewise, of what a lease comes with. */
  async lease(key: string, ms: number): Promise<Lease<unknown>> {
    const doomed = this.retries.doomedUntil(key);
    const lease = await this.backend.lease<unknown>(key, ms);
    return doomed < 0 ? lease : { ...lease, value: newerThan(doomed, lease.value) };
  }

  /** Whether a caller of the key joins a load, and need not look for itself. */
  isLoading(key: string): boolean {
    return this.calls.size > 0 && this.calls.get(key)?.kind === "asked";
  }

  /** New callers join the call until it ends, is aborted or is outdated. */
  join(call: Call<unknown>): void {
    this.calls.set(call.key, call);
    call.isBehind = this.order.endOfAny(call.key);
    this.#active.add(call);
    call.listener = this;
  }

  aborted(call: Call<unknown>): void {
    if (this.calls.get(call.key) === call) this.calls.delete(call.key);
  }

  ended(call: Call<unknown>): void {
    this.aborted(call);
    this.#active.delete(call);
    if (this.#active.size > 0) return;
    // V8 links the table of a map that has grown to its new one: one that has aged in the heap would keep all that come
    // after it, with what they held, from being collected young.
    this.#active = new Set();
    this.calls = new Map();
  }

  /** Whoever loads the key now has an older value than the one that is set, or the delete that is done. */
  outdate(key: string): void {
    this.changes++;
    if (this.calls.size === 0) return;
    const call = this.calls.get(key);
    if (call === undefined) return;
    call.outdate();
    this.calls.delete(key);
  }

  outdateTagged(tags: readonly string[]): void {
    const isNamed = (tag: string): boolean => tags.includes(tag);
    for (const { key, tags: known, stale } of this.calls.values())
      if (known.some(isNamed) || stale?.entry.tags?.some(isNamed)) this.outdate(key);
  }

  outdateAll(space: string): void {
    for (const key of this.calls.keys()) if (key.startsWith(space)) this.outdate(key);
  }

  /** Milliseconds for which an entry that this cache has stored may be there. */
  get longestLife(): number {
    return this.#longestLife;
  }

  notice(life: number): void {
    if (life > this.#longestLife) this.#longestLife = life;
  }

  /** Runs `work` whose failure nobody waits for; a close does wait for its end. */
  background(
    operation: ErrorMessage["operation"],
    key: string,
    work: () => Promise<unknown> | unknown,
  ): void {
    const done = recover(
      () => chain(work(), () => undefined),
      (error) => this.report(operation, key, error),
    );
    if (!(done instanceof Promise)) return;
    this.#background.add(done);
    void done.then(() => this.#background.delete(done));
  }

  /** Tells of a failure that no caller hears of. */
  report(operation: ErrorMessage["operation"], key: string | undefined, error: unknown): void {
    publish("error", () => ({ cache: this.backend.label, operation, key, error }));
  }

  checkOpen(): void {
    if (this.#closing !== undefined) throw this.#closed();
  }

  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  #closed(): BackendError {
    const { label } = this.backend;
    return new BackendError("closed", `${label}: the cache was closed`, { backend: label });
  }

  async #close(): Promise<void> {
    const calls = [...this.#active];
    for (const call of calls) call.abort(this.#closed());
    await Promise.allSettled(calls.map(({ answer }) => answer));
    await Promise.all(this.#background);
    // Sets and deletes that wait for an earlier one of their key.
    await this.order.idle();
    await this.retries.close();
    await this.backend.close();
  }
}

function newerThan(at: number, entry: CacheValue<unknown> | undefined): CacheValue<unknown> | undefined {
  return entry !== undefined && entry.createdAt > at ? entry : undefined;
}
