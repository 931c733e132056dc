import type { Backend, BatchLimit } from "../backend.ts";
import { BackendError, type ErrorCode } from "../backend-error.ts";
import type { DeleteStatus } from "../delete-status.ts";
import type { StoredLease } from "../lease.ts";
import { all, chain, isPromise, type MaybePromise } from "../maybe-promise.ts";
import type { Origin } from "../origin.ts";
import { SharedEntry } from "../shared-entry.ts";
import type { StoredValue } from "../stored-value.ts";
import { failure } from "./failure.ts";

type Stored = StoredValue<unknown>;

/** A backend whose every failure is a `BackendError` with its label path, and whose batches are within its limits. */
export class Store {
  readonly #backend: Backend<unknown>;
  readonly #path: string;
  readonly #origin: Origin;

  constructor(backend: Backend<unknown>, path: string, origin: Origin) {
    this.#backend = backend;
    this.#path = path;
    this.#origin = origin;
  }

  read(key: string): MaybePromise<Stored | undefined> {
    try {
      const stored = this.#backend.read(key);
      if (stored instanceof SharedEntry || !isPromise(stored)) return stored;
      return stored.catch((error: unknown) => this.#fail("read", error));
    } catch (error) {
      return this.#fail("read", error);
    }
  }

  readMany(keys: readonly string[]): MaybePromise<readonly (Stored | BackendError | undefined)[]> {
    return this.#call("readMany", () =>
      chain(this.#backend.readMany?.(keys) ?? this.#absent("readMany"), (read) => answersTo(keys, read)),
    );
  }

  write(key: string, value: Stored): MaybePromise<void> {
    return this.#call("write", () => this.#backend.write(key, value, this.#origin));
  }

  writeMany(entries: readonly (readonly [string, Stored])[], limit: BatchLimit): MaybePromise<unknown> {
    return all(
      inBatches(entries, limit).map((batch) =>
        this.#call("writeMany", () => {
          if (!this.#backend.writeMany) return this.#absent("writeMany");
          return this.#backend.writeMany(batch, this.#origin);
        }),
      ),
    );
  }

  remove(key: string): MaybePromise<DeleteStatus> {
    return this.#call("remove", () => this.#backend.remove(key, this.#origin));
  }

  removeMany(keys: readonly string[], limit: BatchLimit): MaybePromise<DeleteStatus[]> {
    const statuses = inBatches(keys, limit).map((batch) =>
      this.#call("removeMany", () =>
        chain(this.#backend.removeMany?.(batch, this.#origin) ?? this.#absent("removeMany"), (removed) =>
          answersTo(batch, removed),
        ),
      ),
    );
    return chain(all(statuses), (batches) => batches.flat());
  }

  lease(key: string, ms: number): MaybePromise<StoredLease<unknown>> {
    return this.#call("lease", () => this.#backend.lease?.(key, ms) ?? this.#absent("lease"));
  }

  writeFenced(key: string, value: Stored, fence: string): MaybePromise<boolean> {
    return this.#call(
      "writeFenced",
      () => this.#backend.writeFenced?.(key, value, fence, this.#origin) ?? this.#absent("writeFenced"),
    );
  }

  releaseLease(key: string, fence: string): MaybePromise<void> {
    return this.#call("releaseLease", () => {
      if (!this.#backend.releaseLease) return this.#absent("releaseLease");
      return this.#backend.releaseLease(key, fence);
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
      return isPromise(answer) ? answer.catch((error: unknown) => this.#fail(operation, error)) : answer;
    } catch (error) {
      return this.#fail(operation, error);
    }
  }

  #absent(operation: string): never {
    throw new BackendError("unsupported", `this backend has no ${operation}`);
  }

  /** What the caller is told of an error that the backend threw or rejected with. */
  failure(operation: string, error: unknown): BackendError {
    return failure(this.#path, operation, error, this.#classify(error));
  }

  #fail(operation: string, error: unknown): never {
    throw this.failure(operation, error);
  }

  // The adapter says which kind of error its client threw; a classifier that fails itself must not hide that error.
  #classify(error: unknown): ErrorCode {
    try {
      return this.#backend.classify?.(error) ?? "internal";
    } catch {
      return "internal";
    }
  }
}

/** An answer for each key: a store that gave fewer would have values served under the wrong keys. */
function answersTo<Answer>(keys: readonly string[], answers: readonly Answer[]): readonly Answer[] {
  if (answers.length === keys.length) return answers;
  throw new BackendError("internal", `${keys.length} keys were asked for and ${answers.length} answered`);
}

function inBatches<Item>(items: readonly Item[], { max }: BatchLimit): Item[][] {
  if (items.length <= max) return [[...items]];
  return Array.from({ length: Math.ceil(items.length / max) }, (_, batch) =>
    items.slice(batch * max, (batch + 1) * max),
  );
}
