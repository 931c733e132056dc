import {
  allOf,
  type BackendSupports,
  type CacheContext,
  type CacheValue,
  type ChangeListener,
  type Clock,
  chain,
  checkCacheValue,
  type DeleteStatus,
  type KeyLike,
  type KeysOptions,
  type Lease,
  type MaybePromise,
  type Purpose,
  type StopWatching,
} from "@hitbox/core";
import { guardedListener, pathWithin, type TierBackend } from "@hitbox/core/tier";
import { attemptAll } from "./batch/attempt-all.ts";
import { Batch } from "./batch/batch.ts";
import { bothFailed } from "./both-failed.ts";
import { type Composed, checkOpen, type OwnTiers } from "./composed.ts";
import { listTiers } from "./list-tiers.ts";
import type { Offload } from "./offload/offload.ts";
import { OrderedTier } from "./order/ordered-tier.ts";
import { L2Read } from "./refill/l2-read.ts";
import { isNews, offerNewer } from "./refill/offer-newer.ts";
import { both, settle } from "./settle.ts";
import { composedSupports } from "./supports.ts";
import { checkedTextOf, checkKey, textOf } from "./text-of.ts";
import type { ReadPolicy, ReadTiers, Refill } from "./tiers.ts";
import { deleteIn, setFencedIn, setIn } from "./write-operations.ts";

/** Two tiers that are one backend: the policies decide, this keeps their writes and refills from overtaking each other. */
export class Composition implements TierBackend, ReadTiers, OwnTiers {
  readonly label: string;
  readonly supports: BackendSupports;
  readonly l1: OrderedTier;
  readonly l2: OrderedTier;
  readonly refills: OrderedTier;
  readonly offload: Offload;
  readonly now: Clock;
  readonly #composed: Composed;
  readonly #read: ReadPolicy;

  constructor(composed: Composed, path: string, l1: TierBackend, l2: TierBackend) {
    this.#composed = composed;
    this.#read = composed.read;
    this.label = path;
    this.offload = composed.offload;
    this.now = composed.now;
    this.l1 = new OrderedTier(l1, composed.queues[0]);
    this.l2 = new OrderedTier(l2, composed.queues[1]);
    this.refills = this.l1.withPurpose("refill");
    this.supports = composedSupports(l1.supports, l2.supports);
  }

  get shared(): TierBackend {
    return this.supports.watch ? this : this.l2.backend.shared;
  }

  get identity(): object {
    return this.#composed;
  }

  asTierOf(parent: string): TierBackend {
    const [l1, l2] = [this.l1.backend.asTierOf(parent), this.l2.backend.asTierOf(parent)];
    return new Composition(this.#composed, pathWithin(parent, this.label), l1, l2);
  }

  withPurpose(purpose: Purpose): TierBackend {
    const [l1, l2] = [this.l1.backend.withPurpose(purpose), this.l2.backend.withPurpose(purpose)];
    return new Composition(this.#composed, this.label, l1, l2);
  }

  get<T>(key: KeyLike, context?: CacheContext): MaybePromise<CacheValue<T> | undefined> {
    return this.#read.read<T>(this, this.#checked(key), context);
  }

  peek<T>(key: KeyLike, context?: CacheContext): CacheValue<T> | undefined {
    return this.l1.peek<T>(this.#checked(key), context);
  }

  getShared<T>(key: KeyLike, context?: CacheContext): MaybePromise<CacheValue<T> | undefined> {
    if (this.supports.watch) return this.get<T>(key, context);
    return this.#getShared<T>(this.#checked(key), context);
  }

  set<T>(key: KeyLike, value: CacheValue<T>, context?: CacheContext): MaybePromise<void> {
    return setIn(this.#composed, this, this.#checked(key), value, context);
  }

  /** The lease of L2, the tier that other processes share. The entry that comes with it is offered to L1. */
  async lease<T>(key: KeyLike, ms: number, context?: CacheContext): Promise<Lease<T>> {
    const { activity } = this.#composed;
    const before = activity.changes;
    const lease = await this.l2.backend.lease<T>(this.#checked(key), ms, context);
    if (lease.value !== undefined) await this.#offer(key, lease.value, activity.changes === before, context);
    return lease;
  }

  setFenced<T>(
    key: KeyLike,
    value: CacheValue<T>,
    fence: string,
    context?: CacheContext,
  ): MaybePromise<boolean> {
    return setFencedIn(this.#composed, this, this.#checked(key), value, fence, context);
  }

  releaseLease(key: KeyLike, fence: string): MaybePromise<void> {
    return this.l2.backend.releaseLease(this.#checked(key), fence);
  }

  toHitValue<T>(data: T, from: "caller" | "tier"): T {
    return this.l1.backend.toHitValue(data, from);
  }

  watch(watcher: ChangeListener): StopWatching {
    this.#checkOpen();
    const listener = guardedListener(watcher, this.label);
    const { activity } = this.#composed;
    return this.l2.backend.watch({
      changed(keys) {
        listener.changed(keys);
        // Until L1 has the value of L2, the older value may be read there. So the notification comes once
        // more.
        for (const key of keys) activity.whenWritten(key, () => listener.changed([key]));
      },
      lost: () => listener.lost(),
      restored: () => listener.restored(),
    });
  }

  delete(key: KeyLike, context?: CacheContext): MaybePromise<DeleteStatus> {
    return deleteIn(this.#composed, this, this.#checked(key), context);
  }

  getMany<T>(keys: readonly KeyLike[]): MaybePromise<(CacheValue<T> | undefined)[]> {
    const batch = this.batched();
    return allOf(keys, (key) => batch.get<T>(key));
  }

  setMany(entries: readonly (readonly [key: KeyLike, value: CacheValue<unknown>])[]): MaybePromise<void> {
    const last = new Map(
      entries.map(([key, value]) => [checkedTextOf(key), [key, checkCacheValue(value)] as const]),
    );
    const batch = this.batched();
    return chain(
      attemptAll([...last.values()], ([key, value]) => batch.set(key, value)),
      () => undefined,
    );
  }

  deleteMany(keys: readonly KeyLike[]): MaybePromise<DeleteStatus[]> {
    const once = new Map(keys.map((key) => [checkedTextOf(key), key]));
    const batch = this.batched();
    return chain(
      attemptAll([...once.values()], (key) => batch.delete(key)),
      (statuses) => {
        const byKey = new Map([...once.keys()].map((text, index) => [text, statuses[index] as DeleteStatus]));
        return keys.map((key) => byKey.get(textOf(key)) as DeleteStatus);
      },
    );
  }

  batched(): TierBackend {
    return new Batch(this.#composed, this);
  }

  mayBeOutdated(key: KeyLike, entry?: CacheValue<unknown>): boolean {
    return this.l1.backend.mayBeOutdated(key, entry) || this.l2.mayBeOutdated(key, entry);
  }

  capExpiry<T>(value: CacheValue<T>): CacheValue<T> {
    return this.l2.backend.capExpiry(value);
  }

  giveUp(key: KeyLike, reason: unknown): void {
    this.l1.giveUp(key, reason);
    this.l2.giveUp(key, reason);
  }

  keys(options?: KeysOptions): AsyncIterable<readonly string[]> {
    this.#checkOpen();
    return listTiers(this, options, () => this.#checkOpen());
  }

  clear(): MaybePromise<void> {
    this.#checkOpen();
    return this.#composed.activity.clearing(() => this.#both((tier) => tier.clear()));
  }

  close(): Promise<void> {
    this.#composed.closing ??= this.#close();
    return this.#composed.closing;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  beginRefill(key: KeyLike, context?: CacheContext): Refill {
    return new L2Read(this.#composed, this, key, context);
  }

  // Background work still needs its tiers.
  async #close(): Promise<void> {
    this.#composed.coherence?.stop();
    await this.offload.drain();
    await within(CLOSE_MS, Promise.all([this.l1.idle(), this.l2.idle()]));
    const { isLast } = this.#composed;
    const closeIfLast = (tier: OrderedTier, index: 0 | 1): MaybePromise<void> =>
      isLast[index]() ? tier.backend.close() : undefined;
    await this.#both((tier) => closeIfLast(tier, tier === this.l1 ? 0 : 1));
  }

  #both(run: (tier: OrderedTier) => MaybePromise<void>): MaybePromise<void> {
    const first = settle(() => run(this.l1));
    const second = settle(() => run(this.l2));
    return both(first, second, (l1, l2) => {
      if (!l1.ok && !l2.ok) throw bothFailed(this.label, l1.error, l2.error);
      if (!l1.ok) throw l1.error;
      if (!l2.ok) throw l2.error;
    });
  }

  /**
   * Offers L1 an entry that came with a lease. Most often there is none: so a lease is no read of L2 of which
   * others have to know. If keys have been changed meanwhile, an entry that L1 lacks is read anew, as such a
   * read.
   */
  async #offer(
    key: KeyLike,
    entry: CacheValue<unknown>,
    isUnchanged: boolean,
    context: CacheContext | undefined,
  ): Promise<void> {
    if (!isUnchanged) {
      if (await isNews(this, key, entry)) await settle(() => this.#getShared(key));
      return;
    }
    const refill = this.beginRefill(key, context);
    try {
      await offerNewer(this, key, refill, entry);
    } finally {
      refill.end();
    }
  }

  async #getShared<T>(key: KeyLike, context?: CacheContext): Promise<CacheValue<T> | undefined> {
    const refill = this.beginRefill(key, context);
    try {
      const entry = await this.l2.getShared<T>(key, context);
      if (entry !== undefined) await offerNewer(this, key, refill, entry);
      return entry;
    } finally {
      refill.end();
    }
  }

  /** The key of an operation that may begin. Only here is it checked, and that the composition is open. */
  #checked(key: KeyLike): KeyLike {
    if (this.#composed.closing !== undefined) this.#checkOpen();
    if (typeof key !== "string" || key === "") checkKey(key);
    return key;
  }

  #checkOpen(): void {
    checkOpen(this.#composed, this.label);
  }
}

/** Time that a close waits for writes under way, in milliseconds. */
const CLOSE_MS = 10_000;

async function within(ms: number, work: Promise<unknown>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, ms);
  });
  await Promise.race([work, late]);
  clearTimeout(timer);
}
