import type { CacheValue, MaybePromise } from "@hitbox/core";
import { handOver } from "../close/hand-over.ts";
import type { KeyWatch } from "../keys/key-watch.ts";
import type { Asked } from "../policy/policy.ts";
import { wholeMs } from "../read/whole-ms.ts";
import { entryOfLoaded } from "./entry-of-loaded.ts";
import type { LoadingContext } from "./loading-context.ts";
import type { Further } from "./many-answer.ts";
import type { Request } from "./request.ts";

type Stored = readonly [key: string, entry: CacheValue<unknown>];

/** Stores the values that a loader of several keys gave besides those that it was asked for. */
export class FurtherKeys<T> {
  /** Text of a key as the caller writes it. */
  readonly textOf: (key: unknown) => string;
  readonly #request: Request<T | undefined>;

  constructor(request: Request<T | undefined>, textOf: (key: unknown) => string) {
    this.#request = request;
    this.textOf = textOf;
  }

  /** Begins to measure a call of the loader. The function that it returns ends that. */
  begin(): () => Asked {
    const { elapsed, now } = this.#request.engine;
    const createdAt = now();
    const began = elapsed();
    return () => ({ createdAt, loadMs: wholeMs(Math.max(0, elapsed() - began)) });
  }

  /** Notes the keys that are changed, or begin to be loaded, until `work` has ended. */
  watching(work: (watch: KeyWatch) => Promise<void>): Promise<void> {
    return this.#request.engine.keys.watching(work);
  }

  /** Marks the failure of one key, which does not fail the others of its call. */
  ofOneKey(error: Error): Error {
    this.#request.engine.keyErrors.add(error);
    return error;
  }

  /**
   * Stores values that were `asked` for together. A key that something newer has happened to since is
   * left as it is. `context` is that of a load of the same call: its stamps were taken before the loader was
   * called.
   */
  async store(
    values: Further<T>,
    watch: KeyWatch,
    context: LoadingContext<T | undefined>,
    asked: Asked,
  ): Promise<void> {
    const { engine, policy } = this.#request;
    if (policy.mode === "no-store") return;
    const storing = this.#store(values, watch, context, asked).catch((error) => {
      engine.unstored.note(error);
      engine.report("set", undefined, error);
    });
    engine.work.hold(storing);
    handOver(engine, policy, [...values.keys()][0] as string, storing);
    await storing;
  }

  async #store(
    values: Further<T>,
    watch: KeyWatch,
    context: LoadingContext<T | undefined>,
    asked: Asked,
  ): Promise<void> {
    const { engine } = this.#request;
    const valid = await Promise.all(Array.from(values, ([key, { value }]) => this.#isValid(key, value)));
    const entries: Stored[] = [...values].flatMap(([key, { name, value }], index) => {
      const entry = valid[index] ? entryOfLoaded(this.#request, value, name, asked) : undefined;
      return entry ? [[key, entry] as const] : [];
    });
    const tags = [...new Set(entries.flatMap(([, entry]) => entry.tags ?? []))];
    const stamps = await engine.tags.restamp(await context.stamps, tags, engine.longestLife);
    await this.#send(
      entries.map(([key, entry]) => [key, engine.tags.stamped(entry, stamps)] as const),
      watch,
    );
  }

  #send(entries: readonly Stored[], watch: KeyWatch): MaybePromise<void> {
    const { engine } = this.#request;
    const keys = entries.map(([key]) => key);
    return engine.send(keys, undefined, () => {
      const untouched = entries.filter(([key]) => watch.isUntouched(key) && !engine.keys.isLoading(key));
      return untouched.length === 0 ? undefined : engine.backend.setMany(untouched);
    });
  }

  /** True if the schema takes a value. */
  async #isValid(key: string, value: T | undefined): Promise<boolean> {
    if (value === undefined) return true;
    const { engine, reader } = this.#request;
    try {
      await reader.toAnswer(key, value);
      return true;
    } catch (error) {
      engine.report("validate", key, error);
      return false;
    }
  }
}
