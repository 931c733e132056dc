import type { ManyLoader } from "../cache.ts";
import type { KeyWatch } from "../keys/key-watch.ts";
import { BatchContext, type BatchMember } from "./batch-context.ts";
import type { FurtherKeys } from "./further-keys.ts";
import type { LoadingContext } from "./loading-context.ts";
import { type Answer, isError, NOT_MODIFIED, readAnswer } from "./many-answer.ts";

/** The caller that a key is loaded for. */
interface Loading {
  /** Text of the key. */
  readonly key: string;
  loadedKeys: number;
}

interface Member<K, T> extends BatchMember<K, T> {
  readonly caller: Loading;
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
      const loaded = await this.#load(names, new BatchContext(members, this.#further.textOf));
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

  #settle({ context, resolve, reject }: Member<K, T>, value: Answer<T>): void {
    try {
      if (value === NOT_MODIFIED) resolve(context.notModified());
      else if (isError(value)) reject(this.#further.ofOneKey(value));
      else resolve(value);
    } catch (error) {
      reject(this.#further.ofOneKey(error as Error));
    }
  }
}
