import type { ManyLoader } from "../cache.ts";

/** The part of a loader's context that a batch needs. */
interface MemberContext {
  whenEnded(listener: () => void): void;
  readonly signal: AbortSignal;
}

interface Member<K, T> {
  readonly name: K;
  readonly context: MemberContext;
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
  #expected: number;
  #members: Member<K, T>[] = [];
  #isDue = false;

  constructor(expected: number, load: ManyLoader<K, T>) {
    this.#expected = expected;
    this.#load = load;
  }

  /** The value of one key. */
  add(name: K, context: MemberContext): Promise<T | undefined> {
    return new Promise((resolve, reject) => {
      const member: Member<K, T> = { name, context, resolve, reject, isGone: false };
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
      .then(() => this.#send());
  }

  async #send(): Promise<void> {
    const members = this.#members.filter(({ isGone }) => !isGone);
    this.#members = [];
    this.#isDue = false;
    if (members.length === 0) return;
    try {
      const names = members.map(({ name }) => name);
      const values = await this.#load(names, new BatchContext(members));
      checkLength(values, members.length);
      members.forEach(({ resolve }, index) => {
        resolve(values[index]);
      });
    } catch (error) {
      for (const { reject } of members) reject(error);
    }
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

function checkLength(values: unknown, length: number): void {
  if (Array.isArray(values) && values.length === length) return;
  const got = Array.isArray(values) ? `${values.length}` : typeof values;
  throw new TypeError(
    `the loader of ${length} keys must answer with ${length} values, in their order; got ${got}`,
  );
}
