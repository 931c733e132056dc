import { type CacheValue, isPromise, type MaybePromise } from "@hitbox/core";
import type { ManyLoader } from "./cache.ts";
import { Call, type Found } from "./call.ts";
import { listens, publish } from "./channels.ts";
import { answer, answerAnew, answerTo, answerWith, ownOf, type Request } from "./get-or-load.ts";
import { LoaderBatch } from "./loader-batch.ts";
import { freshUntil, isDue, isWithin } from "./reader.ts";
import { LONGEST_TIMER_MS } from "./run-loader.ts";
import type { Records } from "./tags.ts";

type Entry = CacheValue<unknown> | undefined;

/** What the requests of all keys have in common. */
export type Common<T> = Omit<Request<T | undefined>, "key" | "loader" | "waits">;

/** One of the keys. A request is made for it where it comes to that. */
export interface Seat<K> {
  readonly index: number;
  readonly text: string;
  readonly key: K;
}

/**
 * One `getOrSetMany`. Each key is a call of its own, which others join while it is read or loaded; but one that is found
 * is answered with as soon as it has been read, and no promise is made for it.
 */
export class GetOrSetMany<K, T> {
  readonly answer: Promise<(T | undefined)[]>;
  readonly #common: Common<T>;
  readonly #loads: LoaderBatch<K, T>;
  readonly #values: (T | undefined)[];
  #left: number;
  /** Of the tags that entries are read with, asked for together with the first entry that is not here yet. */
  #records: Records | undefined;
  #isLooking = false;
  #resolve!: (values: (T | undefined)[]) => void;
  #reject!: (error: unknown) => void;

  constructor(common: Common<T>, keys: readonly K[], load: ManyLoader<K, T>) {
    this.#common = common;
    this.#loads = new LoaderBatch(keys, load);
    this.#values = new Array<T | undefined>(keys.length);
    this.#left = keys.length;
    this.answer = new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
    if (keys.length === 0) this.#resolve([]);
  }

  /** What is to be asked for one of the keys by itself. */
  requestOf({ text, key }: Seat<K>): Request<T | undefined> {
    return {
      ...this.#common,
      key: text,
      loader: (context) => this.#loads.load(key, context),
      waits: () => this.#loads.pass(key),
    };
  }

  /** The value of a key is here. */
  take({ index, key }: Seat<K>, value: T | undefined): void {
    this.#values[index] = value;
    this.#loads.pass(key);
    this.#left -= 1;
    if (this.#left === 0) this.#resolve(this.#values);
  }

  /** Whether the keys may be read by `read`: nobody can leave before the end, or be answered ahead of it. */
  get isPatient(): boolean {
    const { signal, policy } = this.#common;
    return signal === undefined && policy.softTimeout > LONGEST_TIMER_MS;
  }

  /** A key that nobody is loading: begins a call for it with what is being read. */
  read(seat: Seat<K>, entry: Promise<Entry>): void {
    const { core, reader, policy } = this.#common;
    const { text } = seat;
    const call = new Call<T | undefined>(text, "asked", policy.tags);
    call.enter();
    core.join(call as Call<unknown>);
    if (!this.#isLooking) this.#records = reader.look(policy.tags);
    this.#isLooking = true;
    const fail = (error: unknown): void => this.#goOnWith(seat, call, () => reader.rescue(text, error));
    const judge = (read: Entry): void => {
      let found: MaybePromise<Found<T | undefined> | undefined>;
      try {
        found = reader.judgeNow(text, read, this.#records);
      } catch (error) {
        fail(error);
        return;
      }
      if (isPromise(found)) found.then((good) => this.#end(seat, call, good), fail);
      else this.#end(seat, call, found);
    };
    entry.then(judge, fail);
  }

  /** A key whose value comes by itself. */
  wait(seat: Seat<K>, value: Promise<T | undefined>): void {
    value.then(
      (data) => this.take(seat, data),
      (error) => {
        this.#loads.pass(seat.key);
        this.#reject(error);
      },
    );
  }

  /** Likewise, from a load that is another's: the other keys need not wait for it. */
  waitForOther(seat: Seat<K>, value: Promise<T | undefined>): void {
    this.#loads.pass(seat.key);
    this.wait(seat, value);
  }

  #end(seat: Seat<K>, call: Call<T | undefined>, found: Found<T | undefined> | undefined): void {
    const { core, reader, policy } = this.#common;
    if (!found || !isWithin(found.entry, core.now(), policy.staleWhileRevalidate)) {
      this.#goOnWith(seat, call, () => found);
      return;
    }
    if (call.isBehind?.()) {
      this.#goOn(seat, call, (request) => answerAnew(request, call));
      return;
    }
    const isCurrent = core.calls.get(seat.text) === call;
    call.settle(found.data);
    const data = isCurrent ? this.#answerWith(seat, found) : found.data;
    this.take(seat, call.isShared ? ownOf(reader, data) : data);
  }

  #answerWith(seat: Seat<K>, found: Found<T | undefined>): T | undefined {
    const { core, policy } = this.#common;
    const now = core.now();
    if (now >= freshUntil(found.entry) || isDue(found.entry, now, policy.refreshAhead))
      return answerWith(this.requestOf(seat), found);
    if (listens("hit")) publish("hit", () => ({ cache: core.backend.label, key: seat.text }));
    return found.data;
  }

  /** As a `getOrSet` that has read this. */
  #goOnWith(seat: Seat<K>, call: Call<T | undefined>, find: () => Found<T | undefined> | undefined): void {
    this.#goOn(seat, call, (request) => answer(request, call, find));
  }

  #goOn(
    seat: Seat<K>,
    call: Call<T | undefined>,
    run: (request: Request<T | undefined>) => Promise<T | undefined>,
  ): void {
    const request = this.requestOf(seat);
    call.settle(run(request));
    this.wait(seat, answerTo(request, call, call.answer));
  }
}
