/** Nodes that replaced and removed entries may leave behind: at least these, and a share of the entries. */
const SLACK = 64;
const SLACK_SHARE = 1;
/** The share for keys that are longer on average: a node keeps its key in memory. */
const LONG_KEY = 100;
const LONG_KEY_SHARE = 0.2;

/**
 * Keys by the time at which their entries end: a binary heap (J. W. J. Williams, Algorithm 232, 1964). A
 * replaced or removed entry leaves its node behind, so each node has a mark, by which the owner tells whether
 * it still counts.
 */
export class ExpiryIndex {
  readonly #times: number[] = [];
  readonly #keys: string[] = [];
  readonly #marks: number[] = [];
  /** Of all keys together. */
  #characters = 0;

  add(key: string, time: number, mark: number): void {
    this.#characters += key.length;
    let at = this.#times.length;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if ((this.#times[parent] as number) <= time) break;
      this.#move(parent, at);
      at = parent;
    }
    this.#put(at, key, time, mark);
  }

  /**
   * Takes out the node with the earliest time, if that is at or before `now`, for `visit`. False if there is
   * none.
   */
  takeEnded(now: number, visit: (key: string, mark: number) => void): boolean {
    if (this.#times.length === 0 || (this.#times[0] as number) > now) return false;
    const [key, mark] = [this.#keys[0] as string, this.#marks[0] as number];
    const [lastKey, lastMark, lastTime] = [this.#keys.pop(), this.#marks.pop(), this.#times.pop()];
    this.#characters -= key.length;
    if (this.#times.length > 0) this.#sink(lastKey as string, lastTime as number, lastMark as number);
    visit(key, mark);
    return true;
  }

  /** Drops nodes that no longer count, once they are the most of all. `entries`: how many there are. */
  compact(entries: number, counts: (key: string, mark: number) => boolean): void {
    const share = this.#characters > LONG_KEY * this.#times.length ? LONG_KEY_SHARE : SLACK_SHARE;
    if (this.#times.length <= (1 + share) * entries + SLACK) return;
    this.#characters = 0;
    const [keys, times, marks] = [this.#keys.splice(0), this.#times.splice(0), this.#marks.splice(0)];
    const kept = new Set<string>();
    for (const [at, key] of keys.entries()) {
      const mark = marks[at] as number;
      if (kept.has(key) || !counts(key, mark)) continue;
      kept.add(key);
      this.add(key, times[at] as number, mark);
    }
  }

  clear(): void {
    this.#characters = 0;
    this.#times.length = 0;
    this.#keys.length = 0;
    this.#marks.length = 0;
  }

  /** Puts a node in at the top, and moves it down to its place. */
  #sink(key: string, time: number, mark: number): void {
    let at = 0;
    for (let child = this.#earlierChild(at); child !== undefined; child = this.#earlierChild(at)) {
      if ((this.#times[child] as number) >= time) break;
      this.#move(child, at);
      at = child;
    }
    this.#put(at, key, time, mark);
  }

  #earlierChild(at: number): number | undefined {
    const left = 2 * at + 1;
    if (left >= this.#times.length) return undefined;
    const right = left + 1;
    return right < this.#times.length && (this.#times[right] as number) < (this.#times[left] as number)
      ? right
      : left;
  }

  #move(from: number, to: number): void {
    this.#put(to, this.#keys[from] as string, this.#times[from] as number, this.#marks[from] as number);
  }

  #put(at: number, key: string, time: number, mark: number): void {
    this.#keys[at] = key;
    this.#times[at] = time;
    this.#marks[at] = mark;
  }
}
