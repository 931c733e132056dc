import type { Backend, BatchLimit } from "../backend.ts";
import { BackendError, type ErrorCode } from "../backend-error.ts";
import type { DeleteStatus } from "../delete-status.ts";
import { SharedEntry } from "../entries/shared-entry.ts";
import type { KeyListing, KeyPage } from "../key-page.ts";
import type { StoredLease } from "../lease.ts";
import { allOf, chain, isPromise, type MaybePromise } from "../maybe-promise.ts";
import type { Origin } from "../origin.ts";
import type { StoredValue } from "../stored-value.ts";
import { failure } from "./failure.ts";
import type { Presence } from "./presence.ts";

type Stored = StoredValue<unknown>;

/**
 * A raw backend whose every failure is a `BackendError` with its label path, and whose batches keep its
 * limits.
 */
export class GuardedBackend {
  readonly #backend: Backend<unknown>;
  readonly #path: string;
  readonly #origin: Origin;
  readonly #presence: Presence;

  constructor(backend: Backend<unknown>, path: string, origin: Origin, presence: Presence) {
    this.#presence = presence;
    this.#backend = backend;
    this.#path = path;
    this.#origin = origin;
  }

  // Reads and writes of one key take no closure: in an in-process store it would cost as much as the
  // operation. Whether such a store is back, its writes tell.
  read(key: string): MaybePromise<Stored | undefined> {
    try {
      const stored = this.#backend.read(key);
      if (stored === undefined || stored instanceof SharedEntry || !isPromise(stored)) return stored;
      return this.#settled("read", stored);
    } catch (error) {
      return this.#fail("read", error);
    }
  }

  write(key: string, value: Stored): MaybePromise<void> {
    try {
      const written = this.#backend.write(key, value, this.#origin);
      if (written !== undefined && isPromise(written)) return this.#settled("write", written);
      if (this.#presence.isTroubled) this.answered();
      return undefined;
    } catch (error) {
      return this.#fail("write", error);
    }
  }

  readMany(keys: readonly string[]): MaybePromise<readonly (Stored | BackendError | undefined)[]> {
    return this.#call("readMany", () =>
      chain(this.#backend.readMany?.(keys) ?? this.#absent("readMany"), (read) => answersTo(keys, read)),
    );
  }

  writeMany(entries: readonly (readonly [string, Stored])[], limit: BatchLimit): MaybePromise<unknown> {
    return allOf(inBatches(entries, limit), (batch) =>
      this.#call("writeMany", () => {
        if (!this.#backend.writeMany) return this.#absent("writeMany");
        return this.#backend.writeMany(batch, this.#origin);
      }),
    );
  }

  remove(key: string): MaybePromise<DeleteStatus> {
    return this.#call("remove", () => this.#backend.remove(key, this.#origin));
  }

  removeMany(keys: readonly string[], limit: BatchLimit): MaybePromise<DeleteStatus[]> {
    const statuses = allOf(inBatches(keys, limit), (batch) =>
      this.#call("removeMany", () =>
        chain(this.#backend.removeMany?.(batch, this.#origin) ?? this.#absent("removeMany"), (removed) =>
          answersTo(batch, removed),
        ),
      ),
    );
    return chain(statuses, (batches) => batches.flat());
  }

  async lease(key: string, ms: number): Promise<StoredLease<unknown>> {
    try {
      const lease = await (this.#backend.lease?.(key, ms) ?? this.#absent("lease"));
      if (this.#presence.isTroubled) this.answered();
      return lease;
    } catch (error) {
      return this.#fail("lease", error);
    }
  }

  async writeFenced(key: string, value: Stored, fence: string): Promise<boolean> {
    try {
      const { writeFenced } = this.#backend;
      if (writeFenced === undefined) return this.#absent("writeFenced");
      const isWritten = await writeFenced.call(this.#backend, key, value, fence, this.#origin);
      if (this.#presence.isTroubled) this.answered();
      return isWritten;
    } catch (error) {
      return this.#fail("writeFenced", error);
    }
  }

  releaseLease(key: string, fence: string): MaybePromise<void> {
    return this.#call("releaseLease", () => {
      if (!this.#backend.releaseLease) return this.#absent("releaseLease");
      return this.#backend.releaseLease(key, fence);
    });
  }

  keys(listing: KeyListing): MaybePromise<KeyPage> {
    const { supports } = this.#backend;
    return this.#call("keys", () => {
      if (!supports.keys || !this.#backend.keys) return this.#absent("keys");
      return this.#backend.keys(listing);
    });
  }

  clear(): MaybePromise<void> {
    const { supports } = this.#backend;
    return this.#call("clear", () => {
      if (!supports.clear || !this.#backend.clear) return this.#absent("clear");
      return this.#backend.clear(this.#origin);
    });
  }

  close(): MaybePromise<void> {
    return this.#call("close", () => this.#backend.close?.());
  }

  #call<R>(operation: string, run: () => MaybePromise<R>): MaybePromise<R> {
    try {
      const answer = run();
      if (isPromise(answer)) return this.#settled(operation, answer);
      if (this.#presence.isTroubled && operation !== "close") this.answered();
      return answer;
    } catch (error) {
      return this.#fail(operation, error);
    }
  }

  #settled<R>(operation: string, answer: Promise<R>): Promise<R> {
    const fail = (error: unknown): never => this.#fail(operation, error);
    if (!this.#presence.isTroubled || operation === "close") return answer.catch(fail);
    return answer.then((result) => {
      this.answered();
      return result;
    }, fail);
  }

  #absent(operation: string): never {
    throw new BackendError(
      "unsupported",
      `this backend has no ${operation}; its \`supports\` names the operations that it has`,
    );
  }

  /** The error that a caller receives for one that the backend threw or rejected with. */
  failure(operation: string, error: unknown): BackendError {
    return failure(this.#path, operation, error, this.#classify(error));
  }

  /** The same, of an operation: the store may be away. */
  failed(operation: string, error: unknown): BackendError {
    const failed = this.failure(operation, error);
    this.#presence.failed(failed);
    return failed;
  }

  /** The store has answered after a failure. */
  answered(): void {
    this.#presence.answered(this.#path);
  }

  #fail(operation: string, error: unknown): never {
    throw this.failed(operation, error);
  }

  // The adapter knows the kind of an error of its client. A classifier that fails must not hide that error.
  #classify(error: unknown): ErrorCode {
    try {
      return this.#backend.classify?.(error) ?? "internal";
    } catch {
      return "internal";
    }
  }
}

/** Checks that there is an answer for each key: otherwise values would be served under the wrong keys. */
function answersTo<Answer>(keys: readonly string[], answers: readonly Answer[]): readonly Answer[] {
  if (answers.length === keys.length) return answers;
  throw new BackendError(
    "internal",
    `a batch must have one answer for each key: ${keys.length} keys, ${answers.length} answers`,
  );
}

function inBatches<Item>(items: readonly Item[], { max }: BatchLimit): (readonly Item[])[] {
  if (items.length <= max) return [items];
  return Array.from({ length: Math.ceil(items.length / max) }, (_, batch) =>
    items.slice(batch * max, (batch + 1) * max),
  );
}
