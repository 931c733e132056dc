import { AsyncLocalStorage, createHook } from "node:async_hooks";

/** Types that are timers; the others that keep a process alive are handles, such as sockets. */
const TIMERS: ReadonlySet<string> = new Set(["Timeout"]);

interface Handle {
  hasRef?(): boolean;
}

/**
 * Follows the timers and handles that are made by some work, and by all that it starts, whatever else the
 * process does meanwhile.
 */
export class Resources {
  readonly #kinds: "all" | "timers";
  readonly #inside = new AsyncLocalStorage<true>();
  readonly #alive = new Map<number, { readonly type: string; readonly handle: WeakRef<Handle> }>();
  readonly #hook: ReturnType<typeof createHook>;

  constructor(kinds: "all" | "timers") {
    this.#kinds = kinds;
    this.#hook = createHook({
      init: (id, type, _trigger, handle) => {
        if (this.#inside.getStore() && type !== "PROMISE" && this.#isWatched(type))
          this.#alive.set(id, { type, handle: new WeakRef(handle as Handle) });
      },
      destroy: (id) => void this.#alive.delete(id),
    });
  }

  watch<T>(work: () => Promise<T>): Promise<T> {
    this.#hook.enable();
    return this.#inside.run(true, work);
  }

  /** Types of those that still keep the process alive. */
  keepingAlive(): string[] {
    const kept = [...this.#alive.values()].filter(({ handle }) => handle.deref()?.hasRef?.() === true);
    return kept.map(({ type }) => type);
  }

  stop(): void {
    this.#hook.disable();
  }

  #isWatched(type: string): boolean {
    return this.#kinds === "all" || TIMERS.has(type);
  }
}
