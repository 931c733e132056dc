import {
  type Backend,
  type BackendListener,
  type CacheValue,
  deleted,
  missing,
  type Origin,
  passthrough,
  type StoredValue,
  text,
} from "@hitbox/core";
import { reference } from "@hitbox/memory";
import { PLAIN_SUPPORTS } from "@hitbox/test-support";

type Stored = StoredValue<unknown>;

/** Lets the scheduler of a run choose what goes on. */
export type Pause = (what: string) => Promise<void>;

/**
 * A store that others write to, as a server is: an operation takes effect at one moment and is answered at a later one,
 * and of each change by others the watchers hear later still, in order, unless the stream breaks in between. Of what
 * goes through the backend they hear with its answer.
 */
export class SharedStore {
  readonly entries: Map<string, Stored> = new Map();
  /** When each version took effect, and each key was changed last, by the count of changes. */
  readonly effectOf: Map<unknown, number> = new Map();
  readonly changes: Map<string, number> = new Map();
  /** The last change of each key that the watchers have heard of, or that they know they may have missed. */
  readonly heard: Map<string, number> = new Map();
  readonly #pause: Pause;
  readonly #listeners = new Set<BackendListener>();
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
      write: (key, value, origin) => this.#change(key, value, origin).then(() => undefined),
      remove: async (key, origin) => ((await this.#change(key, undefined, origin)) ? deleted() : missing()),
      clear: (origin) => this.#clear(origin),
      watch: (listener) => {
        this.#listeners.add(listener);
        return () => void this.#listeners.delete(listener);
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
    this.#tell(news.key, news.at);
  }

  break(): void {
    this.#isStreaming = false;
    this.#stream = [];
    for (const listener of this.#listeners) listener.lost();
  }

  mend(): void {
    this.#isStreaming = true;
    this.#restore();
  }

  /** Whether there was an entry. */
  async #change(key: string, value: Stored | undefined, origin: Origin | undefined): Promise<boolean> {
    const [was, at] = await this.#operate(`change ${key}`, () => {
      const held = this.entries.has(key);
      this.#apply(key, value);
      return [held, this.#count] as const;
    });
    this.#tell(key, at, origin);
    return was;
  }

  async #clear(origin: Origin | undefined): Promise<void> {
    await this.#operate("clear", () => this.#applyToAll());
    if (!this.#isStreaming) return;
    for (const listener of this.#listeners) listener.lost(origin);
    this.#restore(origin);
  }

  #restore(origin?: Origin): void {
    if (origin === undefined) for (const [key, at] of this.changes) this.heard.set(key, at);
    for (const listener of this.#listeners) listener.restored(origin);
  }

  #tell(key: string, at: number, origin?: Origin): void {
    this.heard.set(key, Math.max(at, this.heard.get(key) ?? 0));
    for (const listener of this.#listeners) listener.changed([key], origin);
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

const SUPPORTS = Object.freeze({ ...PLAIN_SUPPORTS, shared: true, watch: true });
