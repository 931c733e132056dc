import {
  type Backend,
  type CacheValue,
  type ChangeListener,
  deleted,
  missing,
  passthrough,
  type StoredValue,
  text,
} from "@hitbox/core";
import { reference } from "@hitbox/memory";

type Stored = StoredValue<unknown>;

/** Lets the scheduler of a run choose what goes on. */
export type Pause = (what: string) => Promise<void>;

/**
 * A store that others write to, as a server is: an operation takes effect at one moment and is answered at a later one,
 * and of each change by others the watcher hears later still, in order, unless the stream breaks in between.
 */
export class SharedStore {
  readonly entries: Map<string, Stored> = new Map();
  /** When each version took effect, and each key was changed last, by the count of changes. */
  readonly effectOf: Map<unknown, number> = new Map();
  readonly changes: Map<string, number> = new Map();
  /** The last change of each key that the watcher has heard of, or that it knows it may have missed. */
  readonly heard: Map<string, number> = new Map();
  readonly #pause: Pause;
  #listener: ChangeListener | undefined;
  #stream: { readonly key: string; readonly at: number }[] = [];
  #isStreaming = false;
  #count = 0;

  constructor(pause: Pause) {
    this.#pause = pause;
  }

  get isStreaming(): boolean {
    return this.#isStreaming;
  }

  backend(): Backend<unknown> {
    return {
      label: "l2",
      supports: SUPPORTS,
      keyFormat: text(),
      valueFormat: reference(),
      compressor: passthrough(),
      read: (key) => this.#operate(`read ${key}`, () => this.entries.get(key)),
      write: (key, value) => this.#operate(`write ${key}`, () => this.#apply(key, value)),
      remove: (key) =>
        this.#operate(`remove ${key}`, () => {
          const was = this.entries.has(key);
          this.#apply(key, undefined);
          return was ? deleted() : missing();
        }),
      clear: () => this.#operate("clear", () => this.#applyToAll()),
      watch: (listener) => {
        this.#listener = listener;
        return () => {
          this.#listener = undefined;
        };
      },
    };
  }

  /** What another process does, and the news of it. */
  async change(key: string, value: CacheValue<unknown> | undefined): Promise<void> {
    await this.#pause(`other changes ${key}`);
    this.#apply(key, value && stored(value));
    if (!this.#isStreaming) return;
    this.#stream.push({ key, at: this.#count });
    await this.#pause(`news of ${key}`);
    const news = this.#stream.shift();
    if (!news) return;
    this.heard.set(news.key, news.at);
    this.#listener?.changed([news.key]);
  }

  break(): void {
    this.#isStreaming = false;
    this.#stream = [];
    this.#listener?.lost();
  }

  mend(): void {
    this.#isStreaming = true;
    for (const [key, at] of this.changes) this.heard.set(key, at);
    this.#listener?.restored();
  }

  async #operate<T>(what: string, act: () => T): Promise<T> {
    await this.#pause(`l2 ${what}`);
    const answer = act();
    await this.#pause(`l2 answers ${what}`);
    return answer;
  }

  #apply(key: string, value: Stored | undefined): void {
    this.#count += 1;
    if (value) this.entries.set(key, value);
    else this.entries.delete(key);
    if (value) this.effectOf.set(value.payload, this.#count);
    this.changes.set(key, this.#count);
  }

  #applyToAll(): void {
    for (const key of [...this.entries.keys()]) this.#apply(key, undefined);
  }
}

function stored(value: CacheValue<unknown>): Stored {
  const { createdAt } = value;
  const plain = { format: "reference", compressor: undefined, decodedBytes: undefined };
  return {
    payload: value.data,
    ...plain,
    createdAt,
    staleAt: undefined,
    expiresAt: undefined,
    tags: undefined,
  };
}

const SUPPORTS = Object.freeze({
  expiry: "none",
  shared: true,
  persistent: false,
  readMany: false,
  writeMany: false,
  removeMany: false,
  clear: true,
  watch: true,
} as const);
