import {
  allOf,
  BackendError,
  type BackendSupports,
  type CacheBackend,
  type CacheContext,
  type CacheValue,
  type ChangeListener,
  type Clock,
  chain,
  checkCacheValue,
  type DeleteStatus,
  freshness,
  isPromise,
  type KeyLike,
  type Lease,
  type MaybePromise,
  recover,
  type StopWatching,
  serializeOnce,
} from "@hitbox/core";
import { bothFailed } from "./both-failed.ts";
import type { KeyActivity, SetInProgress } from "./key-activity.ts";
import type { Offload } from "./offload/offload.ts";
import { OrderedTier, type TierQueues } from "./ordered-tier.ts";
import { both, settle } from "./settle.ts";
import { composedSupports } from "./supports.ts";
import { textOf } from "./text-of.ts";
import type { DeletePolicy, ReadPolicy, ReadTiers, Refill, Tier, TierWrite, WritePolicy } from "./tiers.ts";

/** What every view of one composition shares. */
export interface Composed {
  readonly label: string;
  readonly l1: CacheBackend;
  readonly l2: CacheBackend;
  readonly read: ReadPolicy;
  readonly write: WritePolicy;
  readonly remove: DeletePolicy;
  readonly refill: "always" | "never";
  readonly now: Clock;
  readonly activity: KeyActivity;
  readonly offload: Offload;
  readonly queues: readonly [l1: TierQueues, l2: TierQueues];
  closing: Promise<void> | undefined;
}

/** Two tiers that are one backend: the policies decide, this keeps their writes and refills from overtaking each other. */
export class Composition implements CacheBackend, ReadTiers {
  readonly label: string;
  readonly supports: BackendSupports;
  readonly l1: OrderedTier;
  readonly l2: OrderedTier;
  readonly offload: Offload;
  readonly #composed: Composed;
  readonly #read: ReadPolicy;

  constructor(composed: Composed, path: string) {
    this.#composed = composed;
    this.#read = composed.read;
    this.label = path;
    this.offload = composed.offload;
    this.l1 = new OrderedTier(composed.l1.within(path), composed.queues[0]);
    this.l2 = new OrderedTier(composed.l2.within(path), composed.queues[1]);
    this.supports = composedSupports(composed.l1.supports, composed.l2.supports);
  }

  get shared(): CacheBackend {
    return this.supports.watch ? this : this.l2.backend.shared;
  }

  within(parent: string): CacheBackend {
    return new Composition(this.#composed, `${parent}.${this.label}`);
  }

  get<T>(key: KeyLike, context?: CacheContext): MaybePromise<CacheValue<T> | undefined> {
    this.#checkOpen();
    return this.#read.read<T>(this, key, context);
  }

  set<T>(key: KeyLike, value: CacheValue<T>, context?: CacheContext): MaybePromise<void> {
    this.#checkOpen();
    checkCacheValue(value);
    const once = serializeOnce(value);
    return this.#composed.activity.setting(textOf(key), (progress) => {
      if (context?.readMode === "refill") return this.#setRefill(key, once, context);
      return this.#composed.write.write(this, tierWrite(key, once, context, progress));
    });
  }

  /** The lease of L2, which is the tier that others share. */
  lease<T>(key: KeyLike, ms: number, context?: CacheContext): MaybePromise<Lease<T>> {
    this.#checkOpen();
    return this.l2.backend.lease<T>(key, ms, context);
  }

  /** L2 decides; L1 has the value only where L2 took it. */
  setFenced<T>(
    key: KeyLike,
    value: CacheValue<T>,
    fence: string,
    context?: CacheContext,
  ): MaybePromise<boolean> {
    this.#checkOpen();
    checkCacheValue(value);
    const once = serializeOnce(value);
    return this.#composed.activity.setting(textOf(key), (progress) =>
      chain(this.l2.setFenced(key, once, fence, context), (stored = false) => {
        if (!stored || !progress.isNewest()) return stored;
        const write = tierWrite(key, once, context, progress);
        return chain(
          recover(
            () => write(this.l1),
            () => write.undo(this.l1),
          ),
          () => true,
        );
      }),
    );
  }

  releaseLease(key: KeyLike, fence: string): MaybePromise<void> {
    this.#checkOpen();
    return this.l2.backend.releaseLease(key, fence);
  }

  watch(listener: ChangeListener): StopWatching {
    this.#checkOpen();
    return this.l2.backend.watch(listener);
  }

  delete(key: KeyLike, context?: CacheContext): MaybePromise<DeleteStatus> {
    this.#checkOpen();
    const { activity, remove } = this.#composed;
    return activity.deleting(textOf(key), () => remove.delete(this, key, context));
  }

  getMany<T>(keys: readonly KeyLike[]): MaybePromise<(CacheValue<T> | undefined)[]> {
    return allOf(keys, (key) => this.get<T>(key));
  }

  setMany(entries: readonly (readonly [key: KeyLike, value: CacheValue<unknown>])[]): MaybePromise<void> {
    const last = new Map(entries.map(([key, value]) => [textOf(key), [key, value] as const]));
    return chain(
      allOf([...last.values()], ([key, value]) => this.set(key, value)),
      () => undefined,
    );
  }

  deleteMany(keys: readonly KeyLike[]): MaybePromise<DeleteStatus[]> {
    const once = new Map(keys.map((key) => [textOf(key), key]));
    return chain(
      allOf([...once.values()], (key) => this.delete(key)),
      (statuses) => {
        const byKey = new Map([...once.keys()].map((text, index) => [text, statuses[index] as DeleteStatus]));
        return keys.map((key) => byKey.get(textOf(key)) as DeleteStatus);
      },
    );
  }

  /** Whether a tier may hold an older value of the key than was written, see `OrderedTier`. */
  isInDoubt(key: KeyLike): boolean {
    return this.l1.isInDoubt(key) || this.l2.isInDoubt(key);
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

  refilling<T>(
    key: KeyLike,
    context: CacheContext | undefined,
    read: (refill: Refill) => MaybePromise<T>,
  ): MaybePromise<T> {
    const { activity, refill, now } = this.#composed;
    if (refill === "never") return read(() => undefined);
    return activity.reading(textOf(key), (progress) => {
      const fill = (value: CacheValue<unknown>): MaybePromise<void> => {
        if (!progress.undisturbed() || this.l2.isInDoubt(key)) return undefined;
        if (freshness(value, now()) !== "fresh") return undefined;
        return recover(() => this.l1.set(key, value, direct(context)), ignore);
      };
      return read((value, known) => {
        const filled = progress.part(() =>
          known ? known().then((free) => (free ? fill(value) : undefined), ignore) : fill(value),
        );
        this.#inBackground("refill", filled);
      });
    });
  }

  /** The value came from this composition: its first tier takes it, and those of L2 above the one that answered. */
  #setRefill<T>(key: KeyLike, value: CacheValue<T>, context: CacheContext): MaybePromise<void> {
    return chain(this.l1.set(key, value, direct(context)), () => this.l2.backend.set(key, value, context));
  }

  /** Nobody waits for it, but a close: and not even that where the offload has no room. */
  #inBackground(kind: string, work: MaybePromise<void>): void {
    if (isPromise(work)) this.offload.register({ kind, run: () => work });
  }

  // What was left to the background still needs its tiers.
  async #close(): Promise<void> {
    await this.offload.drain();
    await within(CLOSE_MS, Promise.all([this.l1.idle(), this.l2.idle()]));
    await this.#both((tier) => tier.backend.close());
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

  #checkOpen(): void {
    if (this.#composed.closing === undefined) return;
    throw new BackendError("closed", `${this.label}: used after close`, { backend: this.label });
  }
}

/** How long a close waits for writes that are under way, in milliseconds. */
const CLOSE_MS = 10_000;

async function within(ms: number, work: Promise<unknown>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, ms);
  });
  await Promise.race([work, late]);
  clearTimeout(timer);
}

function tierWrite<T>(
  key: KeyLike,
  value: CacheValue<T>,
  context: CacheContext | undefined,
  progress: SetInProgress,
): TierWrite {
  const write = (tier: Tier): MaybePromise<void> => progress.part(() => tier.set(key, value, context));
  const undo = (tier: Tier): MaybePromise<void> => {
    if (!progress.isNewest()) return undefined;
    const removed = progress.part(() => recover<unknown, unknown>(() => tier.delete(key, context), ignore));
    return chain(removed, ignore);
  };
  return Object.assign(write, { undo, hold: progress.part, superseded: progress.superseded });
}

/** The same context, for a write that is not itself a refill. */
function direct(context: CacheContext | undefined): CacheContext | undefined {
  return context && { ...context, readMode: "direct" };
}

function ignore(): undefined {
  return undefined;
}
