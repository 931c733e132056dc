import { within } from "../within.ts";
import type { Fleet } from "./fleet.ts";
import type { ProcessNumbers } from "./process-numbers.ts";
import type { Snapshot } from "./snapshot.ts";

const EVERY_MS = 5_000;
const DEADLINE_MS = 5_000;
/** Processes that start together do not go on together. */
const JITTER = 0.2;

/** Publishes the snapshot of this process again and again, and reads those of the others. */
export class Publishing {
  /** Why the last attempt to publish or to read failed; undefined if it did not. */
  error: string | undefined;
  readonly #fleet: Fleet;
  readonly #numbers: ProcessNumbers;
  #timer: NodeJS.Timeout | undefined;
  #isOver = false;

  constructor(fleet: Fleet, numbers: ProcessNumbers) {
    this.#fleet = fleet;
    this.#numbers = numbers;
    void this.#publish();
  }

  async others(): Promise<Snapshot[]> {
    return (await this.#attempt(() => this.#fleet.others(this.#numbers.id))) ?? [];
  }

  async stop(): Promise<void> {
    this.#isOver = true;
    clearTimeout(this.#timer);
    await this.#attempt(() => this.#fleet.leave(this.#numbers.id));
  }

  async #publish(): Promise<void> {
    await this.#attempt(() => this.#fleet.publish(this.#numbers.snapshot()));
    if (this.#isOver) return;
    const delay = EVERY_MS * (1 - JITTER * Math.random());
    this.#timer = setTimeout(() => void this.#publish(), delay).unref();
  }

  async #attempt<T>(work: () => Promise<T>): Promise<T | undefined> {
    try {
      const result = await within(DEADLINE_MS, work(), () => new Error("no answer in time"));
      this.error = undefined;
      return result;
    } catch (error) {
      this.error = reasonOf(error);
      return undefined;
    }
  }
}

/** The kind of a failure. Messages of clients may hold addresses and keys. */
function reasonOf(error: unknown): string {
  const { code, message } = error as { readonly code?: unknown; readonly message?: unknown };
  return typeof code === "string" ? code : String(message);
}
