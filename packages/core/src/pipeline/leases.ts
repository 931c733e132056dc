import type { Backend } from "../backend.ts";
import { BackendError, isUnreadable } from "../backend-error.ts";
import type { CacheContext } from "../cache-context.ts";
import type { CacheValue } from "../cache-value.ts";
import { checkOption } from "../check.ts";
import { checkLeaseTime, type Lease } from "../lease.ts";
import { chain, type MaybePromise, recover } from "../maybe-promise.ts";
import type { StoredValue } from "../stored-value.ts";
import { type Observation, observe } from "./observe.ts";
import type { Pipeline } from "./pipeline.ts";
import type { Store } from "./store.ts";

/** Leases and fenced writes under keys as the store has them. */
export class Leases {
  readonly #path: string;
  readonly #backend: Backend<unknown>;
  readonly #store: Store;
  readonly #pipeline: Pipeline;

  constructor(backend: Backend<unknown>, path: string, store: Store, pipeline: Pipeline) {
    this.#path = path;
    this.#backend = backend;
    this.#store = store;
    this.#pipeline = pipeline;
  }

  lease<T>(at: string, ms: number, context: CacheContext | undefined): MaybePromise<Lease<T>> {
    this.#checkSupported("lease");
    checkLeaseTime(ms);
    return observe({ operation: "read", path: this.#path, key: at, context }, (noted) =>
      chain(this.#store.lease(at, ms), ({ fence, granted, entry }) =>
        chain(this.#open<T>(entry, noted), (value) => {
          if (noted) noted.status = value === undefined ? "miss" : "hit";
          return { fence, granted, value };
        }),
      ),
    );
  }

  /** Else processes of two releases, each with a format that the other does not know, could never have a lease. */
  #open<T>(
    entry: StoredValue<unknown> | undefined,
    noted: Observation | undefined,
  ): MaybePromise<CacheValue<T> | undefined> {
    return recover(
      () => this.#pipeline.open<T>(entry, noted),
      (error) => {
        if (!isUnreadable(error)) throw error;
        return undefined;
      },
    );
  }

  /** Answers false without a write where the value has expired. */
  setFenced(
    at: string,
    value: CacheValue<unknown>,
    fence: string,
    context: CacheContext | undefined,
  ): MaybePromise<boolean> {
    this.#checkSupported("setFenced");
    checkFence(fence);
    return observe({ operation: "write", path: this.#path, key: at, context }, (noted) =>
      chain(this.#pipeline.writeFenced(at, value, fence, noted), (written) => {
        if (noted && !written) noted.status = "skipped";
        return written;
      }),
    );
  }

  releaseLease(at: string, fence: string): MaybePromise<void> {
    this.#checkSupported("releaseLease");
    checkFence(fence);
    return this.#store.releaseLease(at, fence);
  }

  #checkSupported(operation: string): void {
    if (this.#backend.supports.lease) return;
    const message = `${this.#path}: this backend has no leases, which ${operation} needs`;
    throw new BackendError("unsupported", message, { backend: this.#path });
  }
}

function checkFence(fence: string): void {
  checkOption(typeof fence === "string" && fence !== "", "fence", fence, "must be one that lease gave");
}
