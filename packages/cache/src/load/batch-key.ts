import type { KeyInput } from "../keys/key-text.ts";
import type { LoaderContext } from "../options.ts";
import { Caller } from "./caller.ts";
import type { LoaderBatch } from "./loader-batch.ts";
import type { LoadingContext } from "./loading-context.ts";
import { NOTHING } from "./origin.ts";
import type { Request } from "./request.ts";

/** The call that a key belongs to. */
export interface Batch<K, T> {
  readonly loads: LoaderBatch<K, T>;
  resolved(index: number, data: T | undefined): void;
  rejected(index: number, error: unknown): void;
}

/**
 * One key of a `getOrSetMany`. The call's loader waits for it while it is read, or while its lease is asked
 * for, and no longer: a key that waits for the load of another leaves the batch, or two calls could wait for
 * each other.
 */
export class BatchKey<K extends KeyInput, T> extends Caller<T | undefined> {
  readonly #batch: Batch<K, T>;
  readonly #index: number;
  #isExpected = true;
  override readonly isTimedByCall: boolean = true;

  constructor(request: Request<T | undefined>, text: string, batch: Batch<K, T>, index: number, name: K) {
    super(request, text, name);
    this.#batch = batch;
    this.#index = index;
  }

  override waitsForOthers(): void {
    this.#leaveBatch();
  }

  load(context: LoaderContext<T | undefined>): Promise<T | undefined> {
    const value = this.#batch.loads.add(this.name as K, this, context as LoadingContext<T | undefined>);
    this.#leaveBatch();
    return value;
  }

  override notCached(): void {
    this.answered(undefined, false, NOTHING);
  }

  protected resolve(data: T | undefined): void {
    this.#leaveBatch();
    this.#batch.resolved(this.#index, data);
  }

  protected reject(error: unknown): void {
    this.#leaveBatch();
    this.#batch.rejected(this.#index, error);
  }

  #leaveBatch(): void {
    if (!this.#isExpected) return;
    this.#isExpected = false;
    this.#batch.loads.leave();
  }
}
