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
  isShared,
  type MaybePromise,
  recover,
} from "@hitbox/core";
import type { Cache, Lookup, ManyLoader, NamespaceOptions, WrapOptions } from "./cache.ts";
import type { Found } from "./call.ts";
import { listens, publish } from "./channels.ts";
import type { Core } from "./core.ts";
import type { Entity, EntityOptions } from "./entity.ts";
import { answerWith, getOrLoad, type Request } from "./get-or-load.ts";
import { entityText, type KeyInput, keyText, namespaceText } from "./key.ts";
import { LoaderBatch } from "./loader-batch.ts";
import type { CallOptions, EntryOptions, Loader } from "./options.ts";
import { callPolicy, checkTagNames, entryOf, POLICY_OPTIONS, policyOf } from "./policy.ts";
import { freshUntil, isWithin, type Kind, Reader } from "./reader.ts";
import { Validator, versionTag } from "./schema.ts";
import { spaceTag } from "./tags.ts";
import { change, remove } from "./writing.ts";

/** What sets one space of a cache apart from the others. */
export interface Space extends Kind {
  /** Text before each of its keys. */
  readonly text: string;
}

type Entry = MaybePromise<CacheValue<unknown> | undefined>;

/** A cache, or a namespace or entity of one. */
export class CacheView implements Cache {
  readonly #core: Core;
  readonly #space: Space;
  readonly #reader: Reader<unknown>;
  /** Whether a fresh entry without tags may be answered with at a glance. */
  readonly #isPlain: boolean;

  constructor(core: Core, space: Space) {
    this.#core = core;
    this.#space = space;
    this.#reader = new Reader(core, space);
    this.#isPlain = space.policy.refreshAhead === undefined;
  }

  get<T>(key: KeyInput): Promise<T | undefined> {
    try {
      const text = this.#text(key);
      const entry = this.#read(text);
      if (!isPromise(entry) && this.#isGoodAsIs(entry, undefined)) return this.#glanceAt<T>(text, entry);
      return Promise.resolve(this.#value<T>(text, () => entry));
    } catch (error) {
      return Promise.reject(error);
    }
  }

  getSync<T>(key: KeyInput): T | undefined {
    const value = this.#value<T>(this.#text(key));
    if (!isPromise(value)) return value;
    value.catch(() => {});
    return undefined;
  }

  async getMany<T>(keys: readonly KeyInput[]): Promise<(T | undefined)[]> {
    const texts = keys.map((key) => this.#text(key));
    return Promise.all(texts.map((text) => this.#value<T>(text)));
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
    const byText = new Map<string, CacheValue<unknown> | undefined>();
    for (const [key, value] of entries) {
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
    const texts = keys.map((key) => this.#text(key));
    const distinct = [...new Set(texts)];
    const removed = await remove(this.#core, this.#space.policy, distinct);
    return texts.map((text) => removed[distinct.indexOf(text)] === true);
  }

  getOrSet<T>(key: KeyInput, load: Loader<T>, options?: CallOptions): Promise<T> {
    try {
      const text = this.#text(key);
      checkLoader(load);
      const entry = this.#core.isLoading(text) ? undefined : this.#read(text);
      // Ahead of all else: a fresh entry in the first tier.
      if (!isPromise(entry) && this.#isGoodAsIs(entry, options)) return this.#glanceAt<T>(text, entry);
      return this.#getOrLoad<T>(this.#request(text, load, options), entry) as Promise<T>;
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
    callPolicy(this.#space.policy, options);
    const texts = keys.map((key) => this.#text(key));
    const byText = new Map(texts.map((text, index) => [text, keys[index] as K]));
    const batch = new LoaderBatch<K, T>(byText.values(), load);
    const answers = new Map<string, Promise<T | undefined>>();
    for (const [text, key] of byText) answers.set(text, this.#getOrLoadIn(batch, text, key, options));
    return Promise.all(texts.map((text) => answers.get(text)));
  }

  wrap<Run extends (...args: never[]) => unknown>(
    run: Run,
    options: WrapOptions<Parameters<Run>>,
  ): (...args: Parameters<Run>) => Promise<Awaited<ReturnType<Run>>> {
    type Answer = Awaited<ReturnType<Run>>;
    const { key, ...rest } = options;
    checkOption(typeof run === "function", "run", run, "must be a function");
    checkOption(
      typeof key === "function",
      "key",
      key,
      "must be a function that makes a key of the arguments",
    );
    const view = this.#within({ policy: callPolicy(this.#space.policy, rest) });
    return (...args) => promised(() => view.getOrSet(key(...args), () => run(...args) as Answer));
  }

  entity<T, K extends KeyInput = KeyInput>(options: EntityOptions<T>): Entity<K, T> {
    checkKnown(options, ["prefix", "version", "schema", "migrate", ...POLICY_OPTIONS]);
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
    checkKnown(options, ["clear"]);
    const text = namespaceText(this.#space.text, name);
    const { marks } = this.#space;
    return this.#within({ text, marks: options.clear ? [...marks, spaceTag(text)] : marks });
  }

  async invalidateTags(tags: readonly string[]): Promise<void> {
    this.#core.checkOpen();
    checkTagNames(tags);
    this.#core.outdateTagged(tags);
    publish("invalidate", () => ({ cache: this.#core.backend.label, tags: [...tags] }));
    try {
      await this.#core.tags.invalidate(tags, this.#core.now());
    } catch (error) {
      this.#core.report("invalidateTags", undefined, error);
      if (this.#space.policy.onBackendError === "throw") throw error;
    }
  }

  async clear(): Promise<void> {
    this.#core.checkOpen();
    const { text, marks } = this.#space;
    const { backend, tags } = this.#core;
    const mark = spaceTag(text);
    if (text !== "" && !marks.includes(mark)) throw cannotClear(backend.label, text);
    this.#core.outdateAll(text);
    publish("invalidate", () => ({ cache: backend.label, space: text }));
    if (text !== "") return tags.invalidate([mark], this.#core.now());
    // Behind what has been sent; what comes meanwhile may go or stay.
    await this.#core.order.idle();
    await backend.clear();
    tags.forget();
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

  /** What the tiers have. Fails in one way only, and nobody need listen. */
  #read(text: string): Entry {
    try {
      const entry = this.#core.backend.get(text);
      if (isPromise(entry)) entry.catch(() => {});
      return entry;
    } catch (error) {
      const failed = Promise.reject(error);
      failed.catch(() => {});
      return failed;
    }
  }

  #isGoodAsIs(
    entry: CacheValue<unknown> | undefined,
    options: CallOptions | undefined,
  ): entry is CacheValue<unknown> {
    const { validator } = this.#space;
    if (entry === undefined || !this.#isPlain || (entry.tags !== undefined && entry.tags.length > 0))
      return false;
    if (options !== undefined && (options.refreshAhead !== undefined || options.signal?.aborted))
      return false;
    if (entry.staleAt !== undefined && entry.staleAt <= this.#core.now()) return false;
    if (validator !== undefined && validator.known(entry.data) === undefined) return false;
    return isShared(entry) && !this.#core.retries.isAnyDoomed;
  }

  #glanceAt<T>(text: string, { data }: CacheValue<unknown>): Promise<T> {
    const { validator } = this.#space;
    if (listens("hit")) publish("hit", () => ({ cache: this.#core.backend.label, key: text }));
    return Promise.resolve((validator === undefined ? data : validator.known(data)) as T);
  }

  #request<T>(
    key: string,
    loader: Loader<T>,
    options: CallOptions | undefined,
    waits?: () => void,
  ): Request<T> {
    const { policy, marks } = this.#space;
    return {
      core: this.#core,
      reader: this.#reader as Reader<T>,
      marks,
      key,
      policy: callPolicy(policy, options),
      loader,
      signal: options?.signal,
      waits,
    };
  }

  /** `entry`: what was read for the request, where it does not join a load. */
  #getOrLoad<T>(request: Request<T>, entry: Entry): Promise<T | undefined> {
    const { core, key, policy, signal } = request;
    if (core.isLoading(key)) return getOrLoad(request, () => undefined);
    const found = request.reader.judge(key, () => entry, policy.tags);
    if (isPromise(found)) {
      found.catch(() => {});
      return getOrLoad(request, () => found);
    }
    const isUsable = found && isWithin(found.entry, core.now(), policy.staleWhileRevalidate);
    if (isUsable && !signal?.aborted) return Promise.resolve(answerWith(request, found));
    return getOrLoad(request, () => found);
  }

  /** A key that needs no load, or shares another's, must not hold up the batch. */
  #getOrLoadIn<K, T>(
    batch: LoaderBatch<K, T>,
    text: string,
    key: K,
    options: CallOptions | undefined,
  ): Promise<T | undefined> {
    const pass = (): void => batch.pass(key);
    const isShared = this.#core.isLoading(text);
    const loader: Loader<T | undefined> = (context) => batch.load(key, context);
    const request = this.#request<T | undefined>(text, loader, options, pass);
    const answer = this.#getOrLoad(request, isShared ? undefined : this.#read(text));
    if (isShared) pass();
    else answer.then(pass, pass);
    return answer;
  }

  #value<T>(
    text: string,
    read: () => Entry = () => this.#core.backend.get(text),
  ): MaybePromise<T | undefined> {
    return chain(this.#find<T>(text, read), (found) => this.#answer(text, found));
  }

  #answer<T>(text: string, found: Found<T> | undefined): T | undefined {
    const { policy } = this.#space;
    const now = this.#core.now();
    const cache = this.#core.backend.label;
    if (!found || !isWithin(found.entry, now, policy.staleWhileRevalidate)) {
      publish("miss", () => ({ cache, key: text }));
      return undefined;
    }
    if (now < freshUntil(found.entry)) publish("hit", () => ({ cache, key: text }));
    else publish("stale", () => ({ cache, key: text, why: "revalidate", error: undefined }));
    return found.data;
  }

  /** What is there, found good; a backend that fails has nothing, unless its errors are asked for. */
  #find<T>(text: string, read: () => Entry): MaybePromise<Found<T> | undefined> {
    const find = (): MaybePromise<Found<T> | undefined> => (this.#reader as Reader<T>).judge(text, read);
    return recover(find, (error) => {
      if (this.#space.policy.onBackendError === "throw") throw error;
      return this.#core.report("get", text, error) as undefined;
    });
  }
}

function checkLoader(load: unknown): void {
  checkOption(typeof load === "function", "load", load, "must be a function");
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
