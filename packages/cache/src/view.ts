import {
  type CacheValue,
  chain,
  checkFunction,
  checkInteger,
  checkKnown,
  checkOption,
  type MaybePromise,
} from "@hitbox/core";
import { INSPECTED, type Inspected } from "@hitbox/core/tier";
import { CallActivity, traceCall, traced } from "./activity.ts";
import { bindMethods } from "./bind-methods.ts";
import type { Cache, EntryToSet, ManyLoader, NamespaceOptions, WrapOptions } from "./cache.ts";
import { callContext } from "./call-context.ts";
import type { Engine } from "./engine.ts";
import type { Entity, EntityOptions } from "./entity.ts";
import type { KeyPrefix } from "./keys/key-scope.ts";
import { entityText, type KeyInput, keyText, namespaceText } from "./keys/key-text.ts";
import { type KeysOptions, listKeys } from "./keys/list-keys.ts";
import { Loads } from "./load/loads.ts";
import type { CallOptions, EntryOptions, Loader, LoaderContext } from "./options.ts";
import type { Duration } from "./policy/duration.ts";
import { POLICY_OPTIONS, policyOf } from "./policy/policy.ts";
import { type Lookup, lookupOf } from "./read/lookup.ts";
import { Reads } from "./read/reads.ts";
import { Validator, versionTag } from "./read/schema.ts";
import type { Space } from "./space.ts";
import { SpaceChanges } from "./space-changes.ts";
import type { CacheStats } from "./stats/stats.ts";
import { spaceTag } from "./tags/entry-tags.ts";
import { checkSpaces } from "./tags/limits.ts";
import { checkTagCount } from "./tags/tag-names.ts";
import type { DeletedPrefix } from "./write/delete-prefix.ts";
import { checkList } from "./write/entries-to-set.ts";

/** A cache, or a namespace or entity of one. */
export class CacheView implements Cache {
  readonly #engine: Engine;
  readonly #space: Space;
  readonly #reads: Reads;
  readonly #loads: Loads;
  readonly #changes: SpaceChanges;

  constructor(engine: Engine, given: Omit<Space, "stats">) {
    const space = { ...given, stats: engine.stats.of(given.text) };
    this.#engine = engine;
    this.#space = space;
    this.#reads = new Reads(engine, space);
    this.#loads = new Loads(engine, space, this.#reads);
    this.#changes = new SpaceChanges(engine, space, this.#reads, (key) => this.#text(key));
    bindMethods(this, CacheView.prototype);
  }

  /** The label of the view's backend, and the text of a key. */
  static placeOf(view: CacheView, key: KeyInput): { readonly cache: string; readonly text: string } {
    const { backend, maxKeyBytes } = view.#engine;
    return { cache: backend.label, text: keyText(view.#space.text, key, maxKeyBytes) };
  }

  /** The parts that an operator's tool works on. */
  static partsOf(view: CacheView): Inspected {
    const { backend } = view.#engine;
    return {
      backend,
      judgeTags: (entry) => judgeTags(view.#engine, entry),
      deleteMany: (texts) => view.#changes.deleteTexts(texts),
      expireMany: (texts) => view.#changes.expireTexts(texts),
    };
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

  async lookup<T>(key: KeyInput, load?: Loader<T, never>, options?: CallOptions<T>): Promise<Lookup<T>> {
    const text = this.#text(key);
    if (load !== undefined || options !== undefined) {
      checkLoader(load);
      return this.#loads.lookup(text, key, load as unknown as Loader<T>, options);
    }
    if (!traced.hasSubscribers) return this.#lookupStored<T>(text);
    const activity = new CallActivity("lookup", this.#engine.backend.label, text, text);
    return traceCall(activity, async () => {
      const found = await this.#lookupStored<T>(text);
      activity.status = found.status === "fresh" ? "hit" : found.status === "stale" ? "stale" : "miss";
      return found;
    });
  }

  async #lookupStored<T>(text: string): Promise<Lookup<T>> {
    const context = callContext();
    const found = await this.#reads.find<T>(text, () => this.#engine.read(text, context));
    if (found) this.#reads.noteAnswer(text, found.entry);
    return lookupOf(found?.data, found?.entry, context, this.#engine.now());
  }

  set<T>(key: KeyInput, value: T, options?: EntryOptions<T>): Promise<void> {
    return this.#changes.set([[key, value]], options);
  }

  setMany<T>(entries: readonly EntryToSet<KeyInput, T>[], options?: EntryOptions<T>): Promise<void> {
    return this.#changes.set(entries, options);
  }

  delete(key: KeyInput): Promise<boolean> {
    return this.#changes.delete(key);
  }

  deleteMany(keys: readonly KeyInput[]): Promise<boolean[]> {
    return this.#changes.deleteMany(keys);
  }

  async take<T>(key: KeyInput): Promise<T | undefined> {
    return (await this.#changes.takeMany<T>([key]))[0];
  }

  takeMany<T>(keys: readonly KeyInput[]): Promise<(T | undefined)[]> {
    return this.#changes.takeMany<T>(keys);
  }

  expire(key: KeyInput): Promise<boolean> {
    return this.#changes.expire(key);
  }

  expireMany(keys: readonly KeyInput[]): Promise<boolean[]> {
    return this.#changes.expireMany(keys);
  }

  touch(key: KeyInput, ttl?: Duration): Promise<boolean> {
    return this.#changes.touch(key, ttl);
  }

  touchMany(keys: readonly KeyInput[], ttl?: Duration): Promise<boolean[]> {
    return this.#changes.touchMany(keys, ttl);
  }

  getOrSet<T, Stale = T>(
    key: KeyInput,
    load: Loader<T, Stale>,
    options?: CallOptions<NoInfer<T>>,
  ): Promise<T> {
    try {
      const text = this.#text(key);
      if (typeof load !== "function") checkLoader(load);
      return this.#loads.getOrSet(text, key, load as unknown as Loader<T>, options);
    } catch (error) {
      return Promise.reject(error);
    }
  }

  async getOrSetMany<K extends KeyInput, T, Stale = T>(
    keys: readonly K[],
    load: ManyLoader<K, T, Stale>,
    options?: CallOptions<NoInfer<T>>,
  ): Promise<(T | undefined)[]> {
    checkLoader(load);
    const texts = this.#texts(keys);
    const byText = new Map(texts.map((text, index) => [text, keys[index] as K]));
    const loader = load as unknown as ManyLoader<K, T>;
    const textOf = (key: unknown): string => this.#text(key as KeyInput);
    const values = await this.#loads.getOrSetMany<K, T>(byText, loader, options, textOf);
    if (byText.size === texts.length) return values;
    const known = new Map([...byText.keys()].map((text, index) => [text, values[index]]));
    return texts.map((text) => {
      const value = known.get(text);
      return byText.delete(text) ? value : this.#loads.ownOf(value);
    });
  }

  wrap<This, Args extends readonly unknown[], R, Context extends readonly unknown[]>(
    run: (this: This, ...args: [...Context, ...Args]) => R,
    options: WrapOptions<Args, NoInfer<This>, NoInfer<Awaited<R>>>,
  ): (this: This, ...args: Args) => Promise<Awaited<R>> {
    checkKnown("wrap", options, ["key", "context", ...POLICY_OPTIONS], '{ key: (id) => ["user", id] }');
    const { context: place, key } = options;
    checkOption(typeof run === "function", "run", run, "must be a function");
    checkOption(
      typeof key === "function",
      "key",
      key,
      "must be a function that makes a key of the arguments",
    );
    checkOption(place === undefined || place === "first", "context", place, 'must be "first"');
    const view = this.#within({ policy: policyOf(this.#space.policy, options) });
    return async function (...args): Promise<Awaited<R>> {
      const load = (context: LoaderContext<Awaited<R>>): Awaited<R> =>
        run.apply(this, (place ? [context, ...args] : args) as never) as Awaited<R>;
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
    const { prefix, version = 0, schema, migrate } = options;
    checkInteger("version", version, 0, 0xffff_ffff);
    checkFunction("migrate", migrate);
    const { text, policy, internalTags, validator } = this.#space;
    const own = schema && new Validator(schema, version, migrate);
    checkOption(migrate === undefined || own !== undefined, "migrate", migrate, "needs a schema");
    // With a migration all versions share the keys of version 0, and each entry says which it is of.
    return this.#within({
      text: entityText(text, prefix, migrate ? 0 : version),
      policy: policyOf(policy, options),
      internalTags: migrate ? [...internalTags, versionTag(version)] : internalTags,
      version,
      validator: own ?? validator,
    }) as unknown as Entity<K, T>;
  }

  namespace(name: string, options: NamespaceOptions = {}): Cache {
    checkKnown("namespace", options, ["clear"]);
    const { clear: isAsked = false } = options;
    checkOption(typeof isAsked === "boolean", "clear", isAsked, "must be true or false");
    const text = namespaceText(this.#space.text, name);
    const canClear = this.#engine.namespaces.check(text, name, isAsked);
    const { internalTags } = this.#space;
    if (!canClear) return this.#within({ text });
    checkSpaces(internalTags, name);
    return this.#within({ text, internalTags: [...internalTags, spaceTag(text)] });
  }

  invalidateTags(tags: readonly string[]): Promise<void> {
    return this.#changes.invalidateTags(tags);
  }

  expireTags(tags: readonly string[]): Promise<void> {
    return this.#changes.expireTags(tags);
  }

  keys<K extends KeyInput = KeyInput>(options?: KeysOptions): AsyncIterable<K> {
    this.#engine.checkOpen();
    return listKeys(this.#engine, this.#space.text, options) as AsyncIterable<unknown> as AsyncIterable<K>;
  }

  deletePrefix(prefix: KeyPrefix): Promise<DeletedPrefix> {
    return this.#changes.deletePrefix(prefix);
  }

  clear(): Promise<void> {
    return this.#changes.clear();
  }

  stats(): CacheStats {
    return this.#engine.stats.report(this.#space.text);
  }

  idle(): Promise<void> {
    return this.#engine.idle();
  }

  close(): Promise<void> {
    return this.#engine.close();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
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
    if (this.#engine.isClosing) this.#engine.checkOpen();
    return keyText(this.#space.text, key, this.#engine.maxKeyBytes);
  }
}

function judgeTags(
  { tags }: Engine,
  entry: CacheValue<unknown>,
): MaybePromise<"valid" | "stale" | "invalid"> {
  if (entry.tags === undefined || entry.tags.length === 0) return "valid";
  return chain(tags.accepts(entry, undefined), (verdict) => {
    if (typeof verdict === "number") return "stale";
    return verdict ? "valid" : "invalid";
  });
}

// A property of the class would have no name in its declaration.
Object.defineProperty(CacheView.prototype, INSPECTED, {
  get(this: CacheView) {
    return CacheView.partsOf(this);
  },
});

function checkLoader(load: unknown): void {
  checkOption(typeof load === "function", "load", load, "must be a function");
}
