import type { ManyLoader } from "./cache.ts";
import type { LoadContext } from "./options.ts";

interface Member<K, T> {
  readonly key: K;
  readonly signal: AbortSignal;
  readonly resolve: (value: T | undefined) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * The loads of several keys as one: a call of the loader leaves when each key has either come to be loaded or needs no
 * load, or has to wait for another process, which may be long; that key's load, if it comes to it, is a call of its own.
 */
export class LoaderBatch<K, T> {
  readonly #load: ManyLoader<K, T>;
  readonly #expected: Set<K>;
  #members: Member<K, T>[] = [];
  #isDue = false;

  constructor(keys: Iterable<K>, load: ManyLoader<K, T>) {
    this.#expected = new Set(keys);
    this.#load = load;
  }

  /** The value of one key. */
  load(key: K, { signal }: Pick<LoadContext<T>, "signal">): Promise<T | undefined> {
    return new Promise((resolve, reject) => {
      this.#members.push({ key, signal, resolve, reject });
      this.pass(key);
    });
  }

  /** The others need not wait for this key. */
  pass(key: K): void {
    this.#expected.delete(key);
    if (this.#expected.size > 0 || this.#members.length === 0 || this.#isDue) return;
    this.#isDue = true;
    process.nextTick(() => void this.#send());
  }

  async #send(): Promise<void> {
    const members = this.#members.filter(({ signal }) => !signal.aborted);
    this.#members = [];
    this.#isDue = false;
    if (members.length === 0) return;
    try {
      const values = await this.#load(
        members.map(({ key }) => key),
        { signal: whenAllAborted(members) },
      );
      checkLength(values, members.length);
      members.forEach(({ resolve }, index) => {
        resolve(values[index]);
      });
    } catch (error) {
      for (const { reject } of members) reject(error);
    }
  }
}

/** Aborted once nobody waits for any of them. */
function whenAllAborted(members: readonly { readonly signal: AbortSignal }[]): AbortSignal {
  const controller = new AbortController();
  let left = members.length;
  for (const { signal } of members) {
    const leave = (): void => {
      left -= 1;
      if (left === 0) controller.abort(signal.reason);
    };
    signal.addEventListener("abort", leave, { once: true });
  }
  return controller.signal;
}

function checkLength(values: unknown, length: number): void {
  if (Array.isArray(values) && values.length === length) return;
  const got = Array.isArray(values) ? `${values.length}` : typeof values;
  throw new TypeError(
    `the loader of ${length} keys must answer with ${length} values, in their order; got ${got}`,
  );
}
