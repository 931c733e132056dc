import {
  type CacheValue,
  cacheContext,
  checkFunction,
  checkInteger,
  checkKnown,
  checkOption,
  isPromise,
} from "@hitbox/core";
import type { Cache, Lookup, ManyLoader, NamespaceOptions, WrapOptions } from "./cache.ts";
import type { Engine } from "./engine.ts";
import type { Entity, EntityOptions } from "./entity.ts";
import { entityText, type KeyInput, keyText, namespaceText } from "./keys/key-text.ts";
import { Loads } from "./load/loads.ts";
import type { CallOptions, EntryOptions, Loader } from "./options.ts";
import { callPolicy, checkCallOptions, entryOf, POLICY_OPTIONS, policyOf } from "./policy/policy.ts";
import { freshUntil } from "./read/freshness.ts";
import type { Kind } from "./read/reader.ts";
import { Reads } from "./read/reads.ts";
import { Validator, versionTag } from "./read/schema.ts";
import { spaceTag } from "./tags/entry-tags.ts";
import { checkSpaces } from "./tags/limits.ts";
import { checkTagCount } from "./tags/tag-names.ts";
import { remove, set } from "./write/change.ts";
import { clear, invalidateTags } from "./write/invalidate.ts";

/** What sets one space of a cache apart from the others. */
interface Space extends Kind {
  /** Text before each of its keys. */
  readonly text: string;
}

/** A cache, or a namespace or entity of one. */
export class CacheView implements Cache {
  readonly #engine: Engine;
  readonly #space: Space;
  readonly #reads: Reads;
  readonly #loads: Loads;

  constructor(engine: Engine, space: Space) {
    this.#engine = engine;
    this.#space = space;
    this.#reads = new Reads(engine, space);
    this.#loads = new Loads(engine, space, this.#reads);
  }

  get<T>(key: KeyInput): Promise<T | undefined> {
    try {
      return this.#reads.get<T>(this.#text(key));
    } catch (error) {
      return Promise.reject(error);
    }
  }

  getSync<T>(key: KeyInput): T | undefined {
    return this.#reads.getSync<T>(this.#text(key));
  }

  async getMany<T>(keys: readonly KeyInput[]): Promise<(T | undefined)[]> {
    return this.#reads.getMany<T>(this.#texts(keys));
  }

  async has(key: KeyInput): Promise<boolean> {
    return (await this.get(key)) !== undefined;
  }

  async lookup<T>(key: KeyInput): Promise<Lookup<T>> {
    const text = this.#text(key);
    const context = cacheContext();
    const found = await this.#reads.find<T>(text, () => this.#engine.read(text, context));
    const { tiers } = context;
    if (!found) return { value: undefined, status: "miss", source: undefined, age: undefined, tiers };
    const now = this.#engine.now();
    const status = now < freshUntil(found.entry) ? "fresh" : "stale";
    return { value: found.data, status, source: context.source, age: now - found.entry.createdAt, tiers };
  }

  set<T>(key: KeyInput, value: T, options?: EntryOptions): Promise<void> {
    return this.#change("set", () => this.#set([[key, value]], options));
  }

  setMany<T>(
    entries: readonly (readonly [key: KeyInput, value: T])[],
    options?: EntryOptions,
  ): Promise<void> {
    return this.#change("set", () => this.#set(entries, options));
  }

  delete(key: KeyInput): Promise<boolean> {
    return this.#change("delete", async () => (await this.#delete([key]))[0] === true);
  }

  deleteMany(keys: readonly KeyInput[]): Promise<boolean[]> {
    return this.#change("delete", () => this.#delete(keys));
  }

  getOrSet<T, Stale = T>(key: KeyInput, load: Loader<T, Stale>, options?: CallOptions): Promise<T> {
    try {
      const text = this.#text(key);
      checkLoader(load);
      return this.#loads.getOrSet(text, load as unknown as Loader<T>, options);
    } catch (error) {
      return Promise.reject(error);
    }
  }

  async getOrSetMany<K extends KeyInput, T>(
    keys: readonly K[],
    load: ManyLoader<K, T>,
    options?: CallOptions,
  ): Promise<(T | undefined)[]> {
    checkLoader(load);
    const texts = this.#texts(keys);
    const byText = new Map(texts.map((text, index) => [text, keys[index] as K]));
    const values = await this.#loads.getOrSetMany<K, T>(byText, load, options);
    if (byText.size === texts.length) return values;
    const known = new Map([...byText.keys()].map((text, index) => [text, values[index]]));
    return texts.map((text) => {
      const value = known.get(text);
      return byText.delete(text) ? value : this.#loads.ownOf(value);
    });
  }

  wrap<This, Args extends readonly unknown[], R>(
    run: (this: This, ...args: Args) => R,
    options: WrapOptions<Args, NoInfer<This>>,
  ): (this: This, ...args: Args) => Promise<Awaited<R>> {
    checkKnown("wrap", options, ["key", ...POLICY_OPTIONS], '{ key: (id) => ["user", id] }');
    const { key, ...rest } = options;
    checkOption(typeof run === "function", "run", run, "must be a function");
    checkOption(
      typeof key === "function",
      "key",
      key,
      "must be a function that makes a key of the arguments",
    );
    const view = this.#within({ policy: policyOf(this.#space.policy, rest) });
    return async function (...args): Promise<Awaited<R>> {
      const load = (): Awaited<R> => run.call(this, ...args) as Awaited<R>;
      return view.getOrSet<Awaited<R>>(key.apply(this, args as never), load);
    };
  }

  entity<T, K extends KeyInput = KeyInput>(options: EntityOptions<T>): Entity<K, T> {
    checkKnown(
      "entity",
      options,
      ["prefix", "version", "schema", "migrate", ...POLICY_OPTIONS],
      '{ prefix: "user" }',
    );
    const { prefix, version = 0, schema, migrate, ...rest } = options;
    checkInteger("version", version, 0, 0xffff_ffff);
    checkFunction("migrate", migrate);
    const { text, policy, internalTags, validator } = this.#space;
    const own = schema && new Validator(schema, version, migrate);
    checkOption(migrate === undefined || own !== undefined, "migrate", migrate, "needs a schema");
    // With a migration all versions share the keys of version 0, and each entry says which it is of.
    return this.#within({
      text: entityText(text, prefix, migrate ? 0 : version),
      policy: policyOf(policy, rest),
      internalTags: migrate ? [...internalTags, versionTag(version)] : internalTags,
      version,
      validator: own ?? validator,
    }) as unknown as Entity<K, T>;
  }

  namespace(name: string, options: NamespaceOptions = {}): Cache {
    checkKnown("namespace", options, ["clear"]);
    const { clear: canClear = false } = options;
    checkOption(typeof canClear === "boolean", "clear", canClear, "must be true or false");
    const text = namespaceText(this.#space.text, name);
    this.#engine.namespaces.check(text, name, canClear);
    const { internalTags } = this.#space;
    if (!canClear) return this.#within({ text });
    checkSpaces(internalTags, name);
    return this.#within({ text, internalTags: [...internalTags, spaceTag(text)] });
  }

  invalidateTags(tags: readonly string[]): Promise<void> {
    return this.#change("invalidateTags", () => invalidateTags(this.#engine, this.#space.policy, tags));
  }

  clear(): Promise<void> {
    return this.#change("clear", () => clear(this.#engine, this.#space));
  }

  close(): Promise<void> {
    return this.#engine.close();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  async #set<T>(
    entries: readonly (readonly [key: KeyInput, value: T])[],
    options: EntryOptions | undefined,
  ): Promise<void> {
    checkCallOptions(options, this.#engine.maxTags);
    const policy = callPolicy(this.#space.policy, options);
    const createdAt = this.#engine.now();
    const tags = [...policy.tags, ...this.#space.internalTags];
    const byText = new Map<string, CacheValue<unknown> | undefined>();
    const { validator } = this.#space;
    checkList("entries", entries);
    for (const entry of entries) {
      checkList("entry", entry);
      const [key, value] = entry;
      checkValue(value);
      const text = this.#text(key);
      if (validator !== undefined) await validator.check(text, value);
      byText.set(text, entryOf(policy, value, createdAt, tags, this.#engine.random));
    }
    await set(this.#engine, policy, byText);
  }

  async #delete(keys: readonly KeyInput[]): Promise<boolean[]> {
    const texts = this.#texts(keys);
    const distinct = [...new Set(texts)];
    const removed = await remove(this.#engine, this.#space.policy, distinct);
    if (distinct.length === texts.length) return removed;
    const byText = new Map(distinct.map((text, index) => [text, removed[index] === true]));
    return texts.map((text) => byText.get(text) === true);
  }

  /**
   * Runs a change, which a close waits for. A change that comes after a close rejects, and nobody need
   * listen.
   */
  #change<R>(what: string, change: () => Promise<R>): Promise<R> {
    if (!this.#engine.isClosing) return this.#engine.work.run(what, change);
    const closed = Promise.reject(this.#engine.closedError());
    closed.catch(() => {});
    return closed;
  }

  #within(changed: Partial<Space>): CacheView {
    checkTagCount(changed.policy?.tags ?? [], this.#engine.maxTags);
    return new CacheView(this.#engine, { ...this.#space, ...changed });
  }

  #texts(keys: readonly KeyInput[]): string[] {
    checkList("keys", keys);
    return keys.map((key) => this.#text(key));
  }

  #text(key: KeyInput): string {
    this.#engine.checkOpen();
    return keyText(this.#space.text, key, this.#engine.maxKeyBytes);
  }
}

function checkList(name: string, list: unknown): void {
  checkOption(Array.isArray(list), name, list, "must be an array");
}

function checkValue(value: unknown): void {
  checkOption(value !== undefined, "value", value, 'must not be undefined, which is "not found"');
  checkOption(!isPromise(value), "value", value, "must not be a promise: an `await` is missing");
}

function checkLoader(load: unknown): void {
  checkOption(typeof load === "function", "load", load, "must be a function");
}
