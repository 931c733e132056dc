import {
  BackendError,
  type CacheValue,
  cacheContext,
  chain,
  checkFunction,
  checkInteger,
  checkKnown,
  checkOption,
  isPromise,
  type MaybePromise,
  recover,
} from "@hitbox/core";
import type { Cache, Lookup, ManyLoader, NamespaceOptions, WrapOptions } from "./cache.ts";
import type { Found } from "./call.ts";
import type { Core } from "./core.ts";
import type { Entity, EntityOptions } from "./entity.ts";
import { getOrLoad, type Request } from "./get-or-load.ts";
import { type KeyInput, keyText, spaceText } from "./key.ts";
import { LoaderBatch } from "./loader-batch.ts";
import type { CallOptions, EntryOptions, Loader } from "./options.ts";
import { callPolicy, checkTagNames, entryOf, POLICY_OPTIONS, type Policy, policyOf } from "./policy.ts";
import { freshUntil, isUsable, Reader } from "./reader.ts";
import { Validator, versionTag } from "./schema.ts";
import { spaceTag } from "./tags.ts";
import { change, remove } from "./writing.ts";

/** What sets one space of a cache apart from the others. */
export interface Space {
  /** Text before each of its keys. */
  readonly text: string;
  readonly policy: Policy;
  /** Tags that each of its entries carries. */
  readonly marks: readonly string[];
  readonly validator: Validator<unknown> | undefined;
}

/** A cache, or a namespace or entity of one. */
export class CacheView implements Cache {
  readonly #core: Core;
  readonly #space: Space;
  readonly #reader: Reader<unknown>;
  /** Whether a fresh entry without tags is answered with at a glance. */
  readonly #isPlain: boolean;

  constructor(core: Core, space: Space) {
    this.#core = core;
    this.#space = space;
    this.#reader = new Reader(core, space.validator);
    this.#isPlain = space.validator === undefined && space.policy.refreshAhead === undefined;
  }

  get<T>(key: KeyInput): Promise<T | undefined> {
    return promised(() => this.#value<T>(this.#text(key)));
  }

  getSync<T>(key: KeyInput): T | undefined {
    const value = this.#value<T>(this.#text(key));
    if (!isPromise(value)) return value;
    value.catch(() => {});
    return undefined;
  }

  getMany<T>(keys: readonly KeyInput[]): Promise<(T | undefined)[]> {
    return Promise.all(keys.map((key) => this.get<T>(key)));
  }

  async has(key: KeyInput): Promise<boolean> {
    return (await this.get(key)) !== undefined;
  }

  async lookup<T>(key: KeyInput): Promise<Lookup<T>> {
    const text = this.#text(key);
    const context = cacheContext();
    const found = await this.#find<T>(text, () => this.#core.backend.get(text, context));
    const { tiers } = context;
    if (!found) return { value: undefined, status: "miss", source: undefined, age: undefined, tiers };
    const now = this.#core.now();
    const status = now < freshUntil(found.entry) ? "fresh" : "stale";
    return { value: found.data, status, source: context.source, age: now - found.entry.createdAt, tiers };
  }

  async set<T>(key: KeyInput, value: T, options?: EntryOptions): Promise<void> {
    await this.setMany([[key, value]], options);
  }

  async setMany<T>(
    entries: readonly (readonly [key: KeyInput, value: T])[],
    options?: EntryOptions,
  ): Promise<void> {
    const policy = callPolicy(this.#space.policy, options);
    const createdAt = this.#core.now();
    const tags = [...policy.tags, ...this.#space.marks];
    const all = entries.map(([key, value]) => {
      checkOption(value !== undefined, "value", value, 'must not be undefined, which is "not found"');
      return [this.#text(key), entryOf(policy, value, createdAt, tags, this.#core.random)] as const;
    });
    await change(this.#core, policy, all);
  }

  async delete(key: KeyInput): Promise<boolean> {
    const [removed = false] = await this.deleteMany([key]);
    return removed;
  }

  async deleteMany(keys: readonly KeyInput[]): Promise<boolean[]> {
    return remove(
      this.#core,
      this.#space.policy,
      keys.map((key) => this.#text(key)),
    );
  }

  getOrSet<T>(key: KeyInput, load: Loader<T>, options?: CallOptions): Promise<T> {
    try {
      const text = this.#text(key);
      const { calls } = this.#core;
      if (calls.size > 0 && calls.has(text)) return this.#getOrLoad(text, load, options, () => undefined);
      // Ahead of all else: a fresh entry in the first tier.
      const entry = this.#read(text);
      if (!isPromise(entry) && this.#isGoodAsIs(entry, options)) return Promise.resolve(entry.data as T);
      return this.#getOrLoad(text, load, options, () => this.#judged<T>(text, entry));
    } catch (error) {
      return Promise.reject(error);
    }
  }

  async getOrSetMany<K extends KeyInput, T>(
    keys: readonly K[],
    load: ManyLoader<K, T>,
    options?: CallOptions,
  ): Promise<(T | undefined)[]> {
    checkOption(typeof load === "function", "load", load, "must be a function");
    const texts = keys.map((key) => this.#text(key));
    const byText = new Map(texts.map((text, index) => [text, keys[index] as K]));
    const batch = new LoaderBatch<K, T>(byText.values(), load);
    const answers = new Map<string, Promise<T | undefined>>();
    for (const [text, key] of byText) answers.set(text, this.#getOrLoadIn(batch, text, key, options));
    return Promise.all(texts.map((text) => answers.get(text)));
  }

  wrap<Args extends readonly unknown[], T>(
    run: (...args: Args) => T | PromiseLike<T>,
    options: WrapOptions<Args>,
  ): (...args: Args) => Promise<T> {
    const { key, ...rest } = options;
    checkOption(typeof run === "function", "run", run, "must be a function");
    checkOption(
      typeof key === "function",
      "key",
      key,
      "must be a function that makes a key of the arguments",
    );
    const view = this.#within({ policy: callPolicy(this.#space.policy, rest) });
    return (...args) => promised(() => view.getOrSet(key(...args), () => run(...args)));
  }

  entity<T, K extends KeyInput = KeyInput>(options: EntityOptions<T>): Entity<K, T> {
    checkKnown(options, ["prefix", "version", "schema", "migrate", ...POLICY_OPTIONS]);
    const { prefix, version = 0, schema, migrate, ...rest } = options;
    checkInteger("version", version, 0, 0xffff_ffff);
    checkFunction("migrate", migrate);
    const { text, policy, marks, validator } = this.#space;
    const own = schema && new Validator(schema, version, migrate);
    checkOption(migrate === undefined || own !== undefined, "migrate", migrate, "needs a schema");
    // With a migration, all versions share their keys, and each entry says which it is of.
    return this.#within({
      text: spaceText(text, prefix, migrate ? 0 : version),
      policy: policyOf(policy, rest),
      marks: migrate ? [...marks, versionTag(version)] : marks,
      validator: own ?? validator,
    }) as unknown as Entity<K, T>;
  }

  namespace(name: string, options: NamespaceOptions = {}): Cache {
    checkKnown(options, ["clear"]);
    const text = spaceText(this.#space.text, name);
    const { marks } = this.#space;
    return this.#within({ text, marks: options.clear ? [...marks, spaceTag(text)] : marks });
  }

  async invalidateTags(tags: readonly string[]): Promise<void> {
    this.#core.checkOpen();
    checkTagNames(tags);
    this.#core.outdateTagged(tags);
    await this.#invalidate(tags);
  }

  async clear(): Promise<void> {
    this.#core.checkOpen();
    const { text, marks } = this.#space;
    const mark = spaceTag(text);
    this.#core.outdateAll(text);
    if (marks.includes(mark)) return this.#core.tags.invalidate([mark], this.#core.now());
    if (text !== "") throw cannotClear(this.#core.backend.label, text);
    this.#core.tags.forget();
    await this.#core.backend.clear();
  }

  close(): Promise<void> {
    return this.#core.close();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  #within(changed: Partial<Space>): CacheView {
    return new CacheView(this.#core, { ...this.#space, ...changed });
  }

  #text(key: KeyInput): string {
    this.#core.checkOpen();
    return keyText(this.#space.text, key);
  }

  /** Only an error that a promise carries, so that there is one way to fail. */
  #read(text: string): MaybePromise<CacheValue<unknown> | undefined> {
    try {
      return this.#core.backend.get(text);
    } catch (error) {
      return Promise.reject(error);
    }
  }

  #isGoodAsIs(
    entry: CacheValue<unknown> | undefined,
    options: CallOptions | undefined,
  ): entry is CacheValue<unknown> {
    if (entry === undefined || !this.#isPlain || (entry.tags !== undefined && entry.tags.length > 0))
      return false;
    if (options !== undefined && (options.refreshAhead !== undefined || options.signal?.aborted))
      return false;
    if (entry.staleAt !== undefined && entry.staleAt <= this.#core.now()) return false;
    return !this.#core.retries.isAnyDoomed;
  }

  #judged<T>(
    text: string,
    entry: MaybePromise<CacheValue<unknown> | undefined>,
  ): MaybePromise<Found<T> | undefined> {
    return chain(entry, (read) => this.#reader.judge(text, read)) as MaybePromise<Found<T> | undefined>;
  }

  #getOrLoad<T>(
    key: string,
    loader: Loader<T>,
    options: CallOptions | undefined,
    find: () => MaybePromise<Found<T> | undefined>,
    waits?: () => void,
  ): Promise<T> {
    checkOption(typeof loader === "function", "load", loader, "must be a function");
    const policy = callPolicy(this.#space.policy, options);
    const { marks } = this.#space;
    const request: Request<T> = {
      ...{ core: this.#core, reader: this.#reader as Reader<T>, marks },
      ...{ key, policy, loader, waits, signal: options?.signal },
    };
    return getOrLoad(request, find) as Promise<T>;
  }

  /** A key that needs no load, or shares another's, must not hold up the batch. */
  #getOrLoadIn<K, T>(
    batch: LoaderBatch<K, T>,
    text: string,
    key: K,
    options: CallOptions | undefined,
  ): Promise<T | undefined> {
    const pass = (): void => batch.pass(key);
    const isShared = this.#core.calls.has(text);
    const entry = isShared ? undefined : this.#read(text);
    const find = (): MaybePromise<Found<T> | undefined> => this.#judged<T>(text, entry);
    const loader: Loader<T | undefined> = (context) => batch.load(key, context);
    const answer = this.#getOrLoad<T | undefined>(text, loader, options, find, pass);
    if (isShared) pass();
    else answer.then(pass, pass);
    return answer;
  }

  #value<T>(text: string): MaybePromise<T | undefined> {
    const found = this.#find<T>(text, () => this.#core.backend.get(text));
    return chain(found, (known) =>
      known && isUsable(known.entry, this.#core.now(), this.#space.policy) ? known.data : undefined,
    );
  }

  /** What is there, found good; a backend that fails has nothing, unless its errors are asked for. */
  #find<T>(
    text: string,
    read: () => MaybePromise<CacheValue<unknown> | undefined>,
  ): MaybePromise<Found<T> | undefined> {
    return recover(
      () => this.#judged<T>(text, read()),
      (error) => {
        if (this.#space.policy.onBackendError === "throw") throw error;
        return this.#core.report("get", text, error) as undefined;
      },
    );
  }

  async #invalidate(tags: readonly string[]): Promise<void> {
    try {
      await this.#core.tags.invalidate(tags, this.#core.now());
    } catch (error) {
      this.#core.report("invalidateTags", undefined, error);
      if (this.#space.policy.onBackendError === "throw") throw error;
    }
  }
}

function cannotClear(backend: string, space: string): BackendError {
  const message = `${backend}: ${space} was made without { clear: true }, so it cannot be cleared`;
  return new BackendError("unsupported", message, { backend });
}

function promised<T>(run: () => MaybePromise<T>): Promise<T> {
  try {
    return Promise.resolve(run());
  } catch (error) {
    return Promise.reject(error);
  }
}
