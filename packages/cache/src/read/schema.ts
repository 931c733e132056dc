import { allOf, type CacheValue, chain, checkOption, type MaybePromise } from "@hitbox/core";
import { messageOf } from "../keys/space-of.ts";
import { isData, isFrozenDeep } from "./data.ts";

/**
 * A validator of the Standard Schema, version 1 (https://standardschema.dev): zod, valibot, arktype and
 * others.
 */
export interface StandardSchema<Output = unknown> {
  readonly "~standard": {
    readonly version: 1;
    readonly vendor: string;
    readonly validate: (value: unknown) => SchemaResult<Output> | Promise<SchemaResult<Output>>;
  };
}

export type SchemaResult<Output> =
  | { readonly value: Output; readonly issues?: undefined }
  | { readonly issues: readonly SchemaIssue[] };

export interface SchemaIssue {
  readonly message: string;
  readonly path?: readonly (PropertyKey | { readonly key: PropertyKey })[] | undefined;
}

/** Makes a stored value into the present shape. Throws if it cannot. */
export type Migrate = (old: unknown, fromVersion: number) => unknown;

/** The tag that carries an entry's version where entries of several versions share a key. */
const VERSION_TAG = /^%v(\d+)$/;

export function versionTag(version: number): string {
  return `%v${version}`;
}

/** The version that an entry says it is of; `otherwise` where it says nothing. */
export function versionOf({ tags }: CacheValue<unknown>, otherwise: number): number {
  if (tags === undefined || tags.length === 0) return otherwise;
  for (const tag of tags) {
    const [, version] = VERSION_TAG.exec(tag) ?? [];
    if (version !== undefined) return Number(version);
  }
  return otherwise;
}

/** Reports a value, stored or loaded, that the schema refuses. */
export class InvalidValueError extends Error {
  override readonly name = "InvalidValueError";
  readonly issues: readonly SchemaIssue[];
  // Private: whoever logs the error prints no key.
  readonly #key: string;

  constructor(key: string, issues: readonly SchemaIssue[]) {
    super(messageOf(key, `the value is not valid: ${issues.map(textOf).join("; ")}`));
    this.issues = issues;
    this.#key = key;
  }

  get key(): string {
    return this.#key;
  }
}

/** `value.user[1]: Expected a string`. */
function textOf({ path = [], message }: SchemaIssue): string {
  const steps = path.map((step) => (typeof step === "object" ? step.key : step));
  return `value${steps.map(stepOf).join("")}: ${message}`;
}

function stepOf(step: PropertyKey): string {
  if (typeof step === "number") return `[${step}]`;
  const name = String(step).slice(0, 40);
  return /^[A-Za-z_$][\w$]*$/.test(name) ? `.${name}` : `[${JSON.stringify(name)}]`;
}

/** Migrates and validates what comes out of a tier. */
export class Validator<T> {
  readonly #schema: StandardSchema<T>;
  readonly #version: number;
  readonly #migrate: Migrate | undefined;
  /**
   * By identity: a value that a memory tier answers with again and again is validated once, where no one can
   * change it.
   */
  readonly #valid = new WeakMap<object, T>();

  constructor(schema: StandardSchema<T>, version: number, migrate: Migrate | undefined) {
    const ok = typeof schema?.["~standard"]?.validate === "function";
    checkOption(ok, "schema", schema, "must be a Standard Schema, such as one of zod, valibot or arktype");
    this.#schema = schema;
    this.#version = version;
    this.#migrate = migrate;
  }

  /** True if entries of other versions are made into ones of this. */
  get migrates(): boolean {
    return this.#migrate !== undefined;
  }

  /** What a stored value has been found to be; undefined where it has to be validated. */
  known(data: unknown): T | undefined {
    return typeof data === "object" && data !== null ? this.#valid.get(data) : undefined;
  }

  /**
   * The value of an entry, as `present` gives it to a caller. @throws InvalidValueError, or what `migrate`
   * throws.
   */
  validate(key: string, entry: CacheValue<unknown>, present: (valid: T) => T): MaybePromise<T> {
    const { data } = entry;
    const known = this.known(data);
    if (known !== undefined) return known;
    return chain(this.check(key, this.upToDate(entry)), (valid) => {
      if (!isData(valid)) return valid;
      const shown = present(valid);
      const isObject = typeof data === "object" && data !== null;
      if (isObject && isFrozenDeep(shown) && isFrozenDeep(data)) this.#valid.set(data, shown);
      return shown;
    });
  }

  /**
   * The data of an entry in the shape of this version, as a loader would give it. Throws what `migrate`
   * throws.
   */
  upToDate(entry: CacheValue<unknown>): unknown {
    if (this.#migrate === undefined) return entry.data;
    const version = versionOf(entry, 0);
    return version === this.#version ? entry.data : this.#migrate(entry.data, version);
  }

  /** @throws InvalidValueError */
  check(key: string, value: unknown): MaybePromise<T> {
    return chain(this.#schema["~standard"].validate(value), (result) => {
      if (result.issues) throw new InvalidValueError(key, result.issues);
      return result.value;
    });
  }

  /** @throws InvalidValueError for the first value of entries that is not valid. */
  checkAll(entries: ReadonlyMap<string, CacheValue<unknown> | undefined>): MaybePromise<unknown> {
    return allOf([...entries], ([key, entry]) => entry && this.check(key, entry.data));
  }
}
