import { setImmediate } from "node:timers";
import { random } from "./random.mjs";

/** Turns of the event loop that no chain of answers within the process takes. */
const TURNS = 4;
const START = Date.UTC(2030, 0, 1);

/**
 * The clock and the timers of this process, moved by hand: `Date.now`, `performance.now`, `setTimeout` and
 * `Math.random` are replaced from `install` to `uninstall`, so that a run is the same each time.
 */
export class VirtualTime {
  #now = START;
  #next = 0;
  #timers = new Map();
  #real = {};

  /** Milliseconds since the start. */
  get elapsed() {
    return this.#now - START;
  }

  install() {
    const { setTimeout, clearTimeout } = globalThis;
    this.#real = { setTimeout, clearTimeout, now: Date.now, random: Math.random };
    globalThis.setTimeout = (run, ms = 1, ...args) => this.#schedule(() => run(...args), ms);
    globalThis.clearTimeout = (timer) => this.#timers.delete(timer?.id);
    Date.now = () => this.#now;
    performance.now = () => this.elapsed;
    Math.random = random(1);
  }

  uninstall() {
    const { setTimeout, clearTimeout, now, random: chance } = this.#real;
    Object.assign(globalThis, { setTimeout, clearTimeout });
    Date.now = now;
    delete performance.now;
    Math.random = chance;
  }

  wait(ms) {
    return new Promise((resolve) => this.#schedule(resolve, ms));
  }

  /** Runs every timer until `work` has settled, in the order of their times. */
  async runUntil(work) {
    let isOver = false;
    const over = () => {
      isOver = true;
    };
    work.then(over, over);
    for (await settled(); !isOver; await settled()) this.#runFirst();
    return work;
  }

  #runFirst() {
    if (this.#timers.size === 0) throw new Error("The simulation waits for something that never comes");
    const first = [...this.#timers.values()].reduce((one, other) => (other.at < one.at ? other : one));
    this.#timers.delete(first.id);
    this.#now = first.at;
    first.run();
  }

  #schedule(run, ms) {
    const timer = { id: this.#next++, at: this.#now + Math.max(1, Math.ceil(ms)), run };
    this.#timers.set(timer.id, timer);
    const handle = { id: timer.id, ref: () => handle, unref: () => handle };
    return handle;
  }
}

async function settled() {
  for (let turn = 0; turn < TURNS; turn++) await new Promise((resolve) => setImmediate(resolve));
}
