/** Some keys of a `getOrSetMany` failed for themselves. The values of the others have been stored. */
export class LoadManyError<K = unknown, T = unknown> extends AggregateError {
  override readonly name = "LoadManyError";
  // Private: whoever logs the error prints no value.
  readonly #failures: ReadonlyMap<K, unknown>;
  readonly #values: ReadonlyMap<K, T | undefined>;

  constructor(failures: ReadonlyMap<K, unknown>, values: ReadonlyMap<K, T | undefined>) {
    const count = failures.size + values.size;
    const rest = "`failures` has an error for each, `values` has the other keys";
    super([...failures.values()], `${failures.size} of ${count} keys could not be loaded; ${rest}`);
    this.#failures = failures;
    this.#values = values;
  }

  /** The error of each key that failed. */
  get failures(): ReadonlyMap<K, unknown> {
    return this.#failures;
  }

  /** The values of the other keys; undefined for one that is not found. */
  get values(): ReadonlyMap<K, T | undefined> {
    return this.#values;
  }
}
