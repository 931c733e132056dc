import {
  type CacheValue,
  cacheContext,
  checkFunction,
  checkInteger,
  checkKnown,
  checkOption,
  isPromise,
  type MaybePromise,
} from "@hitbox/core";
import type { Cache, Lookup, ManyLoader, NamespaceOptions, WrapOptions } from "./cache.ts";
import type { Core } from "./core.ts";
import type { Entity, EntityOptions } from "./entity.ts";
import { clear, invalidateTags } from "./invalidating.ts";
import { entityText, type KeyInput, keyText, namespaceText } from "./key.ts";
import type { CallOptions, EntryOptions, Loader } from "./options.ts";
import { callPolicy, entryOf, POLICY_OPTIONS, policyOf } from "./policy.ts";
import { freshUntil, type Kind } from "./reader.ts";
import { Reads } from "./reads.ts";
import { Validator, versionTag } from "./schema.ts";
import { spaceTag } from "./tags.ts";
import { change, remove } from "./writing.ts";

/** What sets one space of a cache apart from the others. */
interface Space extends Kind {
  /** Text before each of its keys. */
  readonly text: string;
}

/** A cache, or a namespace or entity of one. */
export class CacheView implements Cache {
  readonly #core: Core;
  readonly #space: Space;
  readonly #reads: Reads;

  constructor(core: Core, space: Space) {
    this.#core = core;
    this.#space = space;
    this.#reads = new Reads(core, space);
  }

  get<T>(key: KeyInput): Promise<T | undefined> {
    try {
      return this.#reads.get<T>(this.#text(key));
    } catch (error) {
      return Promise.reject(error);
    }
  }

  getSync<T>(key: KeyInput): T | undefined {
    const value = this.#reads.value<T>(this.#text(key));
    if (!isPromise(value)) return value;
    value.catch(() => {});
    return undefined;
  }

  async getMany<T>(keys: readonly KeyInput[]): Promise<(T | undefined)[]> {
    const texts = this.#texts(keys);
    return Promise.all(texts.map((text) => this.#reads.value<T>(text)));
  }

  async has(key: KeyInput): Promise<boolean> {
    return (await this.get(key)) !== undefined;
  }

  async lookup<T>(key: KeyInput): Promise<Lookup<T>> {
    const text = this.#text(key);
    const context = cacheContext();
    const found = await this.#reads.find<T>(text, () => this.#core.read(text, context));
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
    const byText = new Map<string, CacheValue<unknown> | undefined>();
    checkList("entries", entries);
    for (const entry of entries) {
      checkList("entry", entry);
      const [key, value] = entry;
      checkOption(value !== undefined, "value", value, 'must not be undefined, which is "not found"');
      byText.set(this.#text(key), entryOf(policy, value, createdAt, tags, this.#core.random));
    }
    await change(this.#core, policy, byText);
  }

  async delete(key: KeyInput): Promise<boolean> {
    const [removed = false] = await this.deleteMany([key]);
    return removed;
  }

  async deleteMany(keys: readonly KeyInput[]): Promise<boolean[]> {
    const texts = this.#texts(keys);
    const distinct = [...new Set(texts)];
    const removed = await remove(this.#core, this.#space.policy, distinct);
    const byText = new Map(distinct.map((text, index) => [text, removed[index] === true]));
    return texts.map((text) => byText.get(text) === true);
  }

  getOrSet<T>(key: KeyInput, load: Loader<T>, options?: CallOptions): Promise<T> {
    try {
      const text = this.#text(key);
      checkLoader(load);
      return this.#reads.getOrSet(text, load, options);
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
    const values = await this.#reads.getOrSetMany<K, T>(byText, load, options);
    if (byText.size === texts.length) return values;
    const known = new Map([...byText.keys()].map((text, index) => [text, values[index]]));
    return texts.map((text) => {
      const value = known.get(text);
      return byText.delete(text) ? value : this.#reads.ownOf(value);
    });
  }

  wrap<Run extends (...args: never[]) => unknown>(
    run: Run,
    options: WrapOptions<Parameters<Run>>,
  ): (...args: Parameters<Run>) => Promise<Awaited<ReturnType<Run>>> {
    type Answer = Awaited<ReturnType<Run>>;
    checkOption(typeof options === "object" && options !== null, "options", options, "must be an object");
    checkKnown("wrap", options, ["key", ...POLICY_OPTIONS]);
    const { key, ...rest } = options;
    checkOption(typeof run === "function", "run", run, "must be a function");
    checkOption(
      typeof key === "function",
      "key",
      key,
      "must be a function that makes a key of the arguments",
    );
    const view = this.#within({ policy: policyOf(this.#space.policy, rest) });
    return (...args) => promised(() => view.getOrSet(key(...args), () => run(...args) as Answer));
  }

  entity<T, K extends KeyInput = KeyInput>(options: EntityOptions<T>): Entity<K, T> {
    checkKnown("entity", options, ["prefix", "version", "schema", "migrate", ...POLICY_OPTIONS]);
    const { prefix, version = 0, schema, migrate, ...rest } = options;
    checkInteger("version", version, 0, 0xffff_ffff);
    checkFunction("migrate", migrate);
    const { text, policy, marks, validator } = this.#space;
    const own = schema && new Validator(schema, version, migrate);
    checkOption(migrate === undefined || own !== undefined, "migrate", migrate, "needs a schema");
    // With a migration all versions share the keys of version 0, and each entry says which it is of.
    return this.#within({
      text: entityText(text, prefix, migrate ? 0 : version),
      policy: policyOf(policy, rest),
      marks: migrate ? [...marks, versionTag(version)] : marks,
      version,
      validator: own ?? validator,
    }) as unknown as Entity<K, T>;
  }

  namespace(name: string, options: NamespaceOptions = {}): Cache {
    checkKnown("namespace", options, ["clear"]);
    const { clear = false } = options;
    checkOption(typeof clear === "boolean", "clear", clear, "must be true or false");
    const text = namespaceText(this.#space.text, name);
    const { marks } = this.#space;
    return this.#within({ text, marks: clear ? [...marks, spaceTag(text)] : marks });
  }

  invalidateTags(tags: readonly string[]): Promise<void> {
    return invalidateTags(this.#core, this.#space.policy, tags);
  }

  clear(): Promise<void> {
    return clear(this.#core, this.#space);
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

  #texts(keys: readonly KeyInput[]): string[] {
    checkList("keys", keys);
    return keys.map((key) => this.#text(key));
  }

  #text(key: KeyInput): string {
    this.#core.checkOpen();
    return keyText(this.#space.text, key);
  }
}

function checkList(name: string, list: unknown): void {
  checkOption(Array.isArray(list), name, list, "must be an array");
}

function checkLoader(load: unknown): void {
  checkOption(typeof load === "function", "load", load, "must be a function");
}

function promised<T>(run: () => MaybePromise<T>): Promise<T> {
  try {
    return Promise.resolve(run());
  } catch (error) {
    return Promise.reject(error);
  }
}
