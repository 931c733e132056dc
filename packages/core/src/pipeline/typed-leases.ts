import { BackendError, isUnreadable } from "../backend-error.ts";
import type { CacheContext } from "../cache-context.ts";
import type { CacheValue } from "../cache-value.ts";
import { checkOption } from "../check.ts";
import { checkLeaseTime, type Lease } from "../lease.ts";
import { chain, type MaybePromise, recover } from "../maybe-promise.ts";
import type { StoredValue } from "../stored-value.ts";
import type { GuardedBackend } from "./guarded-backend.ts";
import { type Observation, observe } from "./observe.ts";
import type { TypedReads } from "./typed-reads.ts";
import type { TypedWrites } from "./typed-writes.ts";

/** Leases and fenced writes under keys as the store has them. */
export class TypedLeases {
  readonly #path: string;
  readonly #isSupported: boolean;
  readonly #backend: GuardedBackend;
  readonly #reads: TypedReads;
  readonly #writes: TypedWrites;

  constructor(
    isSupported: boolean,
    path: string,
    backend: GuardedBackend,
    reads: TypedReads,
    writes: TypedWrites,
  ) {
    this.#isSupported = isSupported;
    this.#path = path;
    this.#backend = backend;
    this.#reads = reads;
    this.#writes = writes;
  }

  lease<T>(key: string, ms: number, context: CacheContext | undefined): MaybePromise<Lease<T>> {
    this.#checkSupported("lease");
    checkLeaseTime(ms);
    return observe({ operation: "read", path: this.#path, key, context }, (noted) =>
      chain(this.#backend.lease(key, ms), ({ fence, granted, entry }) => {
        if (entry === undefined && noted === undefined) return { fence, granted, value: undefined };
        return chain(this.#open<T>(entry, noted), (value) => {
          if (noted) noted.status = value === undefined ? "miss" : "hit";
          return { fence, granted, value };
        });
      }),
    );
  }

  // An unreadable entry is a miss here. Otherwise processes of two releases, each with a format that the
  // other does not know, could never have a lease.
  #open<T>(
    entry: StoredValue<unknown> | undefined,
    noted: Observation | undefined,
  ): MaybePromise<CacheValue<T> | undefined> {
    return recover(
      () => this.#reads.open<T>(entry, noted),
      (error) => {
        if (!isUnreadable(error)) throw error;
        return undefined;
      },
    );
  }

  /** Answers false, without a write, if the value has expired. */
  setFenced(
    key: string,
    value: CacheValue<unknown>,
    fence: string,
    context: CacheContext | undefined,
  ): MaybePromise<boolean> {
    this.#checkSupported("setFenced");
    checkFence(fence);
    return observe({ operation: "write", path: this.#path, key, context }, (noted) =>
      chain(this.#writes.setFenced(key, value, fence, noted), (written) => {
        if (noted && !written) noted.status = "skipped";
        return written;
      }),
    );
  }

  releaseLease(key: string, fence: string): MaybePromise<void> {
    this.#checkSupported("releaseLease");
    checkFence(fence);
    return this.#backend.releaseLease(key, fence);
  }

  #checkSupported(operation: string): void {
    if (this.#isSupported) return;
    const message = `${this.#path}: this backend has no leases, which ${operation} needs`;
    throw new BackendError("unsupported", message, { backend: this.#path });
  }
}

function checkFence(fence: string): void {
  checkOption(typeof fence === "string" && fence !== "", "fence", fence, "must be one that lease gave");
}
