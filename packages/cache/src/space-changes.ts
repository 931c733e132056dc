import { isPromise, type MaybePromise } from "@hitbox/core";
import { atMost, MOST_AT_ONCE, type Turns } from "./at-most.ts";
import type { EntryToSet } from "./cache.ts";
import type { Engine } from "./engine.ts";
import type { KeyPrefix } from "./keys/key-scope.ts";
import type { KeyInput } from "./keys/key-text.ts";
import type { EntryOptions } from "./options.ts";
import type { Duration } from "./policy/duration.ts";
import { bounded } from "./read/bounded.ts";
import type { Reads } from "./read/reads.ts";
import { touch } from "./read/touch.ts";
import type { Space } from "./space.ts";
import { remove, set } from "./write/change.ts";
import { type DeletedPrefix, deletePrefix } from "./write/delete-prefix.ts";
import { checkList, type EntriesToSet, entriesToSet } from "./write/entries-to-set.ts";
import { expire } from "./write/expire.ts";
import { clear, expireTags, invalidateTags } from "./write/invalidate.ts";
import { removeTaken } from "./write/take.ts";

/** The changes of one space of a cache. A close waits for each of them. */
export class SpaceChanges {
  readonly #engine: Engine;
  readonly #space: Space;
  readonly #reads: Reads;
  readonly #textOf: (key: KeyInput) => string;

  /** `textOf` makes the full text of a key of the space. */
  constructor(engine: Engine, space: Space, reads: Reads, textOf: (key: KeyInput) => string) {
    this.#engine = engine;
    this.#space = space;
    this.#reads = reads;
    this.#textOf = textOf;
  }

  set<T>(entries: readonly EntryToSet<KeyInput, T>[], options?: EntryOptions<T>): Promise<void> {
    return this.#run("set", async () => {
      const all = entriesToSet(this.#engine, this.#space, entries, options, this.#textOf);
      // Not awaited here: the set is in the order of calls though its values are validated in time.
      await set(this.#engine, all.policy, all.byText, this.#validity(all));
    });
  }

  delete(key: KeyInput): Promise<boolean> {
    return this.#run("delete", async () => (await this.#remove([this.#textOf(key)]))[0] === true);
  }

  deleteMany(keys: readonly KeyInput[]): Promise<boolean[]> {
    return this.#run("delete", async () =>
      this.#ofDistinct(this.#textsOf(keys), (texts) => this.#remove(texts)),
    );
  }

  /** Deletes the entries of full keys. */
  deleteTexts(texts: readonly string[]): Promise<boolean[]> {
    return this.#run("delete", () => this.#ofDistinct(texts, (distinct) => this.#remove(distinct)));
  }

  /** Expires the entries of full keys. */
  expireTexts(texts: readonly string[]): Promise<boolean[]> {
    return this.#run("expire", () => this.#ofDistinct(texts, (distinct) => this.#expire(distinct)));
  }

  takeMany<T>(keys: readonly KeyInput[]): Promise<(T | undefined)[]> {
    return this.#run("delete", async () => {
      const values = await this.#reads.getMany<T>(this.#textsOf(keys));
      // The call that has deleted the entry has its value, and no other call does.
      const deleted = await this.#ofDistinct(this.#textsOf(keys), (texts) =>
        removeTaken(this.#engine, this.#space.policy, texts),
      );
      return values.map((value, index) => (deleted[index] === true ? value : undefined));
    });
  }

  expire(key: KeyInput): Promise<boolean> {
    return this.#run("expire", async () => (await this.#expire([this.#textOf(key)]))[0] === true);
  }

  expireMany(keys: readonly KeyInput[]): Promise<boolean[]> {
    return this.#run("expire", async () =>
      this.#ofDistinct(this.#textsOf(keys), (texts) => this.#expire(texts)),
    );
  }

  touch(key: KeyInput, ttl?: Duration): Promise<boolean> {
    return this.#run("touch", () => this.#touch(key, ttl));
  }

  touchMany(keys: readonly KeyInput[], ttl?: Duration): Promise<boolean[]> {
    return this.#run("touch", async () => {
      checkList("keys", keys);
      const turns = atMost(MOST_AT_ONCE);
      return Promise.all(keys.map((key) => this.#touch(key, ttl, turns)));
    });
  }

  invalidateTags(tags: readonly string[]): Promise<void> {
    return this.#run("invalidateTags", () => invalidateTags(this.#engine, this.#space.policy, tags));
  }

  expireTags(tags: readonly string[]): Promise<void> {
    return this.#run("expireTags", () => expireTags(this.#engine, this.#space.policy, tags));
  }

  deletePrefix(prefix: KeyPrefix): Promise<DeletedPrefix> {
    return this.#run("deletePrefix", () => deletePrefix(this.#engine, this.#space, prefix));
  }

  clear(): Promise<void> {
    return this.#run("clear", () => clear(this.#engine, this.#space));
  }

  /** Rejects if a value is not valid. A schema that never answers holds up a key for `hardTimeout`. */
  #validity({ byText, policy }: EntriesToSet): MaybePromise<unknown> {
    const valid = this.#space.validator?.checkAll(byText);
    const [first = ""] = byText.keys();
    return isPromise(valid) ? bounded(this.#engine.waits, first, policy.hardTimeout, valid) : valid;
  }

  #remove(texts: readonly string[]): Promise<boolean[]> {
    return remove(this.#engine, this.#space.policy, texts);
  }

  #expire(texts: readonly string[]): Promise<boolean[]> {
    return expire(this.#engine, this.#space.policy, texts);
  }

  async #touch(key: KeyInput, ttl: Duration | undefined, turns?: Turns): Promise<boolean> {
    const { reader } = this.#reads;
    const touched = { engine: this.#engine, policy: this.#space.policy, reader };
    return touch(touched, this.#textOf(key), key, ttl, turns);
  }

  #textsOf(keys: readonly KeyInput[]): string[] {
    checkList("keys", keys);
    return keys.map(this.#textOf);
  }

  /** The answers of a change of several full keys, which is made once for equal ones. */
  async #ofDistinct(
    texts: readonly string[],
    change: (texts: readonly string[]) => Promise<boolean[]>,
  ): Promise<boolean[]> {
    const distinct = [...new Set(texts)];
    const answers = await change(distinct);
    if (distinct.length === texts.length) return answers;
    const byText = new Map(distinct.map((text, index) => [text, answers[index] === true]));
    return texts.map((text) => byText.get(text) === true);
  }

  /** A change that comes after a close rejects, and nobody need listen. */
  #run<R>(what: string, change: () => Promise<R>): Promise<R> {
    if (!this.#engine.isClosing) return this.#engine.work.run(what, change);
    const closed = Promise.reject(this.#engine.closedError());
    closed.catch(() => {});
    return closed;
  }
}
