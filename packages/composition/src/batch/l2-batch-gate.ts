import { isPromise, type KeyLike, type MaybePromise } from "@hitbox/core";
import { nextTick } from "@hitbox/core/tier";
import { finish } from "../finish.ts";
import { textOf } from "../text-of.ts";

/**
 * The reads of one `getMany`. Requests to L2 that follow an answer of L1 wait until L1 has answered for every
 * key. So L2 is asked once for all keys that L1 lacks. Requests to L2 before the answer of L1 go at once, and
 * waiting requests go with them: a policy that asks early is not delayed.
 */
export class L2BatchGate {
  /** Reads of L1 under way, by key. */
  readonly #underWay = new Map<string, number>();
  readonly #held: (() => void)[] = [];
  #isReleasing = false;

  askFirst<T>(key: KeyLike, ask: () => MaybePromise<T>): MaybePromise<T> {
    const answer = ask();
    if (!isPromise(answer)) return answer;
    const text = textOf(key);
    this.#underWay.set(text, (this.#underWay.get(text) ?? 0) + 1);
    return finish(
      () => answer,
      () => this.#end(text),
    );
  }

  askSecond<T>(key: KeyLike, ask: () => MaybePromise<T>): MaybePromise<T> {
    const isWaiting = this.#underWay.size > 0 || this.#isReleasing;
    if (isWaiting && !this.#underWay.has(textOf(key)))
      return new Promise<void>((resolve) => void this.#held.push(resolve)).then(ask);
    this.#release();
    return ask();
  }

  #end(text: string): void {
    const left = (this.#underWay.get(text) ?? 0) - 1;
    if (left > 0) this.#underWay.set(text, left);
    else this.#underWay.delete(text);
    if (this.#underWay.size > 0) return;
    // The policies hear of it first, and ask L2 before this tick has ended.
    this.#isReleasing = true;
    nextTick(() => {
      this.#isReleasing = false;
      this.#release();
    });
  }

  #release(): void {
    for (const go of this.#held.splice(0)) go();
  }
}
