import type { ManyLoader } from "../cache.ts";
import type { KeyWatch } from "../keys/key-watch.ts";
import type { FurtherKeys } from "./further-keys.ts";
import type { LoadingContext } from "./loading-context.ts";
import { isError, readAnswer } from "./many-answer.ts";

/** The caller that a key is loaded for. */
interface Loading {
  /** Text of the key. */
  readonly key: string;
  loadedKeys: number;
}

interface Member<K, T> {
  readonly name: K;
  readonly caller: Loading;
  readonly context: LoadingContext<T | undefined>;
  readonly resolve: (value: T | undefined) => void;
  readonly reject: (error: unknown) => void;
  /** Nobody waits for it any more. */
  isGone: boolean;
}

/**
 * The loads of several keys as one call of the loader, which leaves when no key is expected any more. A key
 * that comes later, because it had to wait for another process, is loaded by a call of its own.
 */
export class LoaderBatch<K, T> {
  readonly #load: ManyLoader<K, T>;
  readonly #further: FurtherKeys<T>;
  #expected: number;
  #members: Member<K, T>[] = [];
  #isDue = false;

  constructor(expected: number, load: ManyLoader<K, T>, further: FurtherKeys<T>) {
    this.#expected = expected;
    this.#load = load;
    this.#further = further;
  }

  /** The value of one key. */
  add(name: K, caller: Loading, context: LoadingContext<T | undefined>): Promise<T | undefined> {
    return new Promise((resolve, reject) => {
      const member: Member<K, T> = { name, caller, context, resolve, reject, isGone: false };
      context.whenEnded(() => {
        member.isGone = true;
      });
      this.#members.push(member);
      this.#sendIfDue();
    });
  }

  /** One key less is expected. */
  leave(): void {
    this.#expected -= 1;
    this.#sendIfDue();
  }

  // A promise's own turn, and not `nextTick` or `queueMicrotask`, which test frameworks replace: keys whose
  // loads come in one turn are loaded together.
  #sendIfDue(): void {
    if (this.#expected > 0 || this.#members.length === 0 || this.#isDue) return;
    this.#isDue = true;
    void Promise.resolve()
      .then(() => undefined)
      .then(() => this.#further.watching((watch) => this.#send(watch)));
  }

  async #send(watch: KeyWatch): Promise<void> {
    const members = this.#members.filter(({ isGone }) => !isGone);
    this.#members = [];
    this.#isDue = false;
    const [first] = members;
    if (first === undefined) return;
    for (const { caller } of members) caller.loadedKeys = members.length;
    const end = this.#further.begin();
    try {
      const names = members.map(({ name }) => name);
      const loaded = await this.#load(names, new BatchContext(members));
      const asked = end();
      const texts = members.map(({ caller }) => caller.key);
      const { values, further } = readAnswer<T>(loaded, texts, this.#further.textOf);
      members.forEach((member, index) => {
        this.#settle(member, values[index]);
      });
      if (further.size > 0) await this.#further.store(further, watch, first.context, asked);
    } catch (error) {
      for (const { reject } of members) reject(error);
    }
  }

  #settle({ resolve, reject }: Member<K, T>, value: T | Error | undefined): void {
    if (isError(value)) reject(this.#further.ofOneKey(value));
    else resolve(value);
  }
}

class BatchContext<K, T> {
  readonly #members: readonly Member<K, T>[];
  #controller: AbortController | undefined;

  constructor(members: readonly Member<K, T>[]) {
    this.#members = members;
  }

  /** Aborted once nobody waits for any of the keys. Made when it is asked for. */
  get signal(): AbortSignal {
    this.#controller ??= this.#follow(new AbortController());
    return this.#controller.signal;
  }

  #follow(controller: AbortController): AbortController {
    const left = this.#members.filter(({ isGone }) => !isGone);
    let count = left.length;
    if (count === 0) controller.abort(this.#members[0]?.context.signal.reason);
    for (const { context } of left)
      context.signal.addEventListener(
        "abort",
        () => {
          count -= 1;
          if (count === 0) controller.abort(context.signal.reason);
        },
        { once: true },
      );
    return controller;
  }
}
