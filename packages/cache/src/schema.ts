import { type CacheValue, chain, checkOption, type MaybePromise } from "@hitbox/core";

/** A validator of the Standard Schema, version 1 (https://standardschema.dev): zod, valibot, arktype and others. */
export interface StandardSchema<Output = unknown> {
  readonly "~standard": {
    readonly version: 1;
    readonly vendor: string;
    readonly validate: (value: unknown) => SchemaResult<Output> | Promise<SchemaResult<Output>>;
  };
}

export type SchemaResult<Output> =
  | { readonly value: Output; readonly issues?: undefined }
  | { readonly issues: readonly { readonly message: string }[] };

/** What comes out of a tier, made into today's shape. */
export type Migrate = (old: unknown, fromVersion: number) => unknown;

/** The tag that carries an entry's version where entries of several versions share a key. */
const VERSION_TAG = /^%v(\d+)$/;

export function versionTag(version: number): string {
  return `%v${version}`;
}

/** A stored value that is not what the schema says. */
export class InvalidValueError extends Error {
  override readonly name = "InvalidValueError";
  readonly issues: readonly { readonly message: string }[];

  constructor(key: string, issues: readonly { readonly message: string }[]) {
    super(`the value stored under ${key} is not valid: ${issues.map(({ message }) => message).join("; ")}`);
    this.issues = issues;
  }
}

/** Migrates and validates what comes out of a tier. */
export class Validator<T> {
  readonly #schema: StandardSchema<T>;
  readonly #version: number;
  readonly #migrate: Migrate | undefined;
  /** By identity: a value that a memory tier answers with again and again is validated once. */
  readonly #valid = new WeakMap<object, MaybePromise<T>>();

  constructor(schema: StandardSchema<T>, version: number, migrate: Migrate | undefined) {
    const ok = typeof schema?.["~standard"]?.validate === "function";
    checkOption(ok, "schema", schema, "must be a Standard Schema, such as one of zod, valibot or arktype");
    this.#schema = schema;
    this.#version = version;
    this.#migrate = migrate;
  }

  /** @throws InvalidValueError, or what `migrate` throws. */
  validate(key: string, entry: CacheValue<unknown>): MaybePromise<T> {
    const { data } = entry;
    if (typeof data !== "object" || data === null) return this.#check(key, entry);
    const known = this.#valid.get(data);
    if (known !== undefined) return known;
    const valid = this.#check(key, entry);
    this.#valid.set(data, valid);
    return valid;
  }

  #check(key: string, entry: CacheValue<unknown>): MaybePromise<T> {
    const result = this.#schema["~standard"].validate(this.#migrated(entry));
    return chain(result, (answer) => {
      if (answer.issues) throw new InvalidValueError(key, answer.issues);
      return answer.value;
    });
  }

  #migrated({ data, tags }: CacheValue<unknown>): unknown {
    if (this.#migrate === undefined) return data;
    const tag = tags?.find((name) => VERSION_TAG.test(name));
    const version = Number(VERSION_TAG.exec(tag ?? "")?.[1] ?? 0);
    return version === this.#version ? data : this.#migrate(data, version);
  }
}
