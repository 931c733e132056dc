import {
  all,
  BackendError,
  type BackendSupports,
  type CacheBackend,
  type CacheContext,
  type CacheValue,
  type Clock,
  chain,
  checkCacheValue,
  type DeleteStatus,
  freshness,
  type KeyLike,
  type MaybePromise,
  recover,
  serializeOnce,
} from "@hitbox/core";
import { bothFailed } from "./both-failed.ts";
import { deleteStrict } from "./delete-strict.ts";
import type { RefillGuard } from "./refill-guard.ts";
import { both, settle } from "./settle.ts";
import { composedSupports } from "./supports.ts";
import type { ReadPolicy, ReadTiers, Refill, TierWrite, WritePolicy } from "./tiers.ts";

/** What every view of one composition shares. */
export interface Composed {
  readonly label: string;
  readonly l1: CacheBackend;
  readonly l2: CacheBackend;
  readonly read: ReadPolicy;
  readonly write: WritePolicy;
  readonly refill: "always" | "never";
  readonly now: Clock;
  readonly guard: RefillGuard;
  closing: Promise<void> | undefined;
}

/** Two tiers that are one backend: the policies decide, this keeps refills and writes from overtaking each other. */
export class Composition implements CacheBackend, ReadTiers {
  readonly label: string;
  readonly supports: BackendSupports;
  readonly l1: CacheBackend;
  readonly l2: CacheBackend;
  readonly #composed: Composed;
  readonly #read: ReadPolicy;

  constructor(composed: Composed, path: string) {
    this.#composed = composed;
    this.#read = composed.read;
    this.label = path;
    this.l1 = composed.l1.within(path);
    this.l2 = composed.l2.within(path);
    this.supports = composedSupports(this.l1.supports, this.l2.supports);
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
    return this.#composed.guard.setting(textOf(key), (superseded) => {
      if (context?.readMode === "refill") return this.#setRefill(key, once, context);
      return this.#composed.write.write(this, this.#tierWrite(key, once, context, superseded));
    });
  }

  delete(key: KeyLike, context?: CacheContext): MaybePromise<DeleteStatus> {
    this.#checkOpen();
    return this.#composed.guard.deleting(textOf(key), () => deleteStrict(this, key, context));
  }

  getMany<T>(keys: readonly KeyLike[]): MaybePromise<(CacheValue<T> | undefined)[]> {
    return all(keys.map((key) => this.get<T>(key)));
  }

  setMany(entries: readonly (readonly [key: KeyLike, value: CacheValue<unknown>])[]): MaybePromise<void> {
    const last = new Map(entries.map(([key, value]) => [textOf(key), [key, value] as const]));
    return chain(all([...last.values()].map(([key, value]) => this.set(key, value))), () => undefined);
  }

  deleteMany(keys: readonly KeyLike[]): MaybePromise<DeleteStatus[]> {
    const once = new Map(keys.map((key) => [textOf(key), key]));
    const statuses = new Map([...once].map(([text, key]) => [text, this.delete(key)]));
    return all(keys.map((key) => statuses.get(textOf(key)) as MaybePromise<DeleteStatus>));
  }

  clear(): MaybePromise<void> {
    this.#checkOpen();
    return this.#composed.guard.clearing(() => this.#both((tier) => tier.clear()));
  }

  close(): Promise<void> {
    this.#composed.closing ??= Promise.resolve(this.#both((tier) => tier.close()));
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
    if (this.#composed.refill === "never") return read(() => undefined);
    return this.#composed.guard.reading(textOf(key), (mayRefill) =>
      read((value) => {
        if (!mayRefill() || freshness(value, this.#composed.now()) !== "fresh") return undefined;
        return recover(() => this.l1.set(key, value, direct(context)), ignore);
      }),
    );
  }

  /** The value came from this composition: its first tier takes it, and those of L2 above the one that answered. */
  #setRefill<T>(key: KeyLike, value: CacheValue<T>, context: CacheContext): MaybePromise<void> {
    return chain(this.l1.set(key, value, direct(context)), () => this.l2.set(key, value, context));
  }

  #tierWrite<T>(
    key: KeyLike,
    value: CacheValue<T>,
    context: CacheContext | undefined,
    superseded: () => boolean,
  ): TierWrite {
    const write = (tier: CacheBackend): MaybePromise<void> => tier.set(key, value, context);
    const undo = (tier: CacheBackend): MaybePromise<void> =>
      chain(
        recover<unknown, unknown>(() => tier.delete(key, context), ignore),
        () => undefined,
      );
    return Object.assign(write, { undo, superseded });
  }

  #both(run: (tier: CacheBackend) => MaybePromise<void>): MaybePromise<void> {
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

/** Equal keys have equal text. What is no key has none, and the tiers refuse it. */
function textOf(key: KeyLike): string {
  return typeof key === "string" ? key : (key?.text ?? "");
}

/** The same context, for a write that is not itself a refill. */
function direct(context: CacheContext | undefined): CacheContext | undefined {
  return context && { ...context, readMode: "direct" };
}

function ignore(): undefined {
  return undefined;
}
