import type { Offload, Task } from "@hitbox/composition";

/** An offload that cancels tasks when it is told to, as one does of which the time is up. */
export class CancellingOffload implements Offload {
  readonly #running = new Set<Promise<void>>();
  readonly #pause: (what: string) => Promise<void>;

  constructor(pause: (what: string) => Promise<void>) {
    this.#pause = pause;
  }

  get inFlight(): number {
    return this.#running.size;
  }

  register(task: Task): boolean {
    const abort = new AbortController();
    let isOver = false;
    const cancelled = this.#pause(`cancel ${task.kind}`).then(() => {
      if (!isOver) abort.abort(new Error("cancelled"));
    });
    const ended = (async () => task.run(abort.signal))().then(
      () => {},
      () => {},
    );
    const over = Promise.race([ended, cancelled]).then(() => {
      isOver = true;
      this.#running.delete(over);
    });
    this.#running.add(over);
    return true;
  }

  async drain(): Promise<number> {
    while (this.#running.size > 0) await Promise.all(this.#running);
    return 0;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.drain();
  }
}
