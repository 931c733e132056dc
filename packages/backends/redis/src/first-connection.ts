import type { RedisClient } from "./redis-client.ts";

/** One operation's wait for the first connection. */
export interface Wait {
  /** Resolves when the attempt to connect is over, one way or the other. */
  readonly over: Promise<void>;
  /** Gives the wait up; its promise may then stay pending. Does nothing once it is over. */
  leave(): void;
}

const OUTCOMES = ["ready", "close", "end"] as const;

/** Waits for a client's first attempt to connect: all share one promise, and the client has listeners only meanwhile. */
export class FirstConnection {
  readonly #client: RedisClient;
  readonly #waits = new Set<Wait>();
  #over: Promise<void> | undefined;
  #forget: () => void = () => {};

  constructor(client: RedisClient) {
    this.#client = client;
  }

  join(): Wait {
    this.#over ??= this.#listen();
    const wait: Wait = {
      over: this.#over,
      leave: () => {
        if (this.#waits.delete(wait) && this.#waits.size === 0) this.#forget();
      },
    };
    this.#waits.add(wait);
    return wait;
  }

  #listen(): Promise<void> {
    return new Promise((resolve) => {
      const settle = (): void => {
        this.#forget();
        resolve();
      };
      this.#forget = () => {
        for (const event of OUTCOMES) this.#client.off(event, settle);
        this.#waits.clear();
        this.#over = undefined;
      };
      for (const event of OUTCOMES) this.#client.on(event, settle);
    });
  }
}
