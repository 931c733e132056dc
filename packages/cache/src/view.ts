import {
  type CacheValue,
  chain,
  checkFunction,
  checkInteger,
  checkKnown,
  checkOption,
  isPromise,
  type MaybePromise,
} from "@hitbox/core";
import { INSPECTED, type Inspected } from "@hitbox/core/tier";
import { CallActivity, traceCall, traced } from "./activity.ts";
import { atMost, MOST_AT_ONCE, type Turns } from "./at-most.ts";
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
import { bounded } from "./read/bounded.ts";
import { type Lookup, lookupOf } from "./read/lookup.ts";
import type { Kind } from "./read/reader.ts";
import { Reads } from "./read/reads.ts";
import { Validator, versionTag } from "./read/schema.ts";
import { touch } from "./read/touch.ts";
import type { CacheStats } from "./stats/stats.ts";
import { spaceTag } from "./tags/entry-tags.ts";
import { checkSpaces } from "./tags/limits.ts";
import { checkTagCount } from "./tags/tag-names.ts";
import { remove, set } from "./write/change.ts";
import { type DeletedPrefix, deletePrefix } from "./write/delete-prefix.ts";
import { checkList, type EntriesToSet, entriesToSet } from "./write/entries-to-set.ts";
import { expire } from "./write/expire.ts";
import { clear, expireTags, invalidateTags } from "./write/invalidate.ts";
import { removeTaken } from "./write/take.ts";

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

  constructor(engine: Engine, given: Omit<Space, "stats">) {
    const space = { ...given, stats: engine.stats.of(given.text) };
    this.#engine = engine;
    this.#space = space;
    this.#reads = new Reads(engine, space);
    this.#loads = new Loads(engine, space, this.#reads);
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
    const remove = async (text: string): Promise<boolean> => {
      const [wasThere] = await view.#change("delete", () => view.#remove([text]));
      return wasThere === true;
    };
    return { backend, judgeTags: (entry) => judgeTags(view.#engine, entry), delete: remove };
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
    return this.#change("set", () => this.#set([[key, value]], options));
  }

  setMany<T>(entries: readonly EntryToSet<KeyInput, T>[], options?: EntryOptions<T>): Promise<void> {
    return this.#change("set", () => this.#set(entries, options));
  }

  delete(key: KeyInput): Promise<boolean> {
    return this.#change("delete", async () => (await this.#delete([key]))[0] === true);
  }

  deleteMany(keys: readonly KeyInput[]): Promise<boolean[]> {
    return this.#change("delete", () => this.#delete(keys));
  }

  async take<T>(key: KeyInput): Promise<T | undefined> {
    return (await this.takeMany<T>([key]))[0];
  }

  takeMany<T>(keys: readonly KeyInput[]): Promise<(T | undefined)[]> {
    return this.#change("delete", async () => {
      const values = await this.getMany<T>(keys);
      // Who has deleted the entry has it, and no other.
      const deleted = await this.#ofDistinct(keys, (texts) =>
        removeTaken(this.#engine, this.#space.policy, texts),
      );
      return values.map((value, index) => (deleted[index] === true ? value : undefined));
    });
  }

  expire(key: KeyInput): Promise<boolean> {
    return this.#change("expire", async () => (await this.#expire([key]))[0] === true);
  }

  expireMany(keys: readonly KeyInput[]): Promise<boolean[]> {
    return this.#change("expire", () => this.#expire(keys));
  }

  touch(key: KeyInput, ttl?: Duration): Promise<boolean> {
    return this.#change("touch", () => this.#touch(key, ttl));
  }

  touchMany(keys: readonly KeyInput[], ttl?: Duration): Promise<boolean[]> {
    return this.#change("touch", async () => {
      checkList("keys", keys);
      const turns = atMost(MOST_AT_ONCE);
      return Promise.all(keys.map((key) => this.#touch(key, ttl, turns)));
    });
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
    return this.#change("invalidateTags", () => invalidateTags(this.#engine, this.#space.policy, tags));
  }

  expireTags(tags: readonly string[]): Promise<void> {
    return this.#change("expireTags", () => expireTags(this.#engine, this.#space.policy, tags));
  }

  keys<K extends KeyInput = KeyInput>(options?: KeysOptions): AsyncIterable<K> {
    this.#engine.checkOpen();
    return listKeys(this.#engine, this.#space.text, options) as AsyncIterable<unknown> as AsyncIterable<K>;
  }

  deletePrefix(prefix: KeyPrefix): Promise<DeletedPrefix> {
    return this.#change("deletePrefix", () => deletePrefix(this.#engine, this.#space, prefix));
  }

  clear(): Promise<void> {
    return this.#change("clear", () => clear(this.#engine, this.#space));
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

  async #set<T>(
    entries: readonly EntryToSet<KeyInput, T>[],
    options: EntryOptions<T> | undefined,
  ): Promise<void> {
    const textOf = (key: KeyInput): string => this.#text(key);
    const all = entriesToSet(this.#engine, this.#space, entries, options, textOf);
    // Not awaited here: the set is in the order of calls though its values are validated in time.
    await set(this.#engine, all.policy, all.byText, this.#validity(all));
  }

  /** Rejects if a value is not valid. A schema that never answers holds up a key for `hardTimeout`. */
  #validity({ byText, policy }: EntriesToSet): MaybePromise<unknown> {
    const valid = this.#space.validator?.checkAll(byText);
    const [first = ""] = byText.keys();
    return isPromise(valid) ? bounded(this.#engine.waits, first, policy.hardTimeout, valid) : valid;
  }

  #delete(keys: readonly KeyInput[]): Promise<boolean[]> {
    return this.#ofDistinct(keys, (texts) => this.#remove(texts));
  }

  #remove(texts: readonly string[]): Promise<boolean[]> {
    return remove(this.#engine, this.#space.policy, texts);
  }

  #expire(keys: readonly KeyInput[]): Promise<boolean[]> {
    return this.#ofDistinct(keys, (texts) => expire(this.#engine, this.#space.policy, texts));
  }

  async #touch(key: KeyInput, ttl: Duration | undefined, turns?: Turns): Promise<boolean> {
    const { reader } = this.#reads;
    const touched = { engine: this.#engine, policy: this.#space.policy, reader };
    return touch(touched, this.#text(key), key, ttl, turns);
  }

  /** The answers of a change of several keys, which is made once for equal ones. */
  async #ofDistinct(
    keys: readonly KeyInput[],
    change: (texts: readonly string[]) => Promise<boolean[]>,
  ): Promise<boolean[]> {
    const texts = this.#texts(keys);
    const distinct = [...new Set(texts)];
    const answers = await change(distinct);
    if (distinct.length === texts.length) return answers;
    const byText = new Map(distinct.map((text, index) => [text, answers[index] === true]));
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
