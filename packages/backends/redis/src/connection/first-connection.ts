import type { ClientPort } from "./client-port.ts";

/** One operation's wait for the first connection. */
export interface Wait {
  /** Resolves when the attempt to connect is over, successful or not. */
  readonly over: Promise<void>;
  /** Gives up waiting: the promise may then stay pending. Does nothing once the attempt is over. */
  leave(): void;
}

const NOTHING = (): void => {};

/**
 * Waits for a client's first attempt to connect. All waiting operations share one promise, and the client
 * has listeners of ours only meanwhile.
 */
export class FirstConnection {
  readonly #port: ClientPort;
  readonly #waits = new Set<Wait>();
  #over: Promise<void> | undefined;
  #forget: () => void = NOTHING;

  constructor(port: ClientPort) {
    this.#port = port;
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
      const stop = this.#port.on("attempted", () => {
        this.#forget();
        resolve();
      });
      this.#forget = () => {
        stop();
        this.#waits.clear();
        this.#over = undefined;
        // It holds the promise, and with that the asynchronous context of who waited first.
        this.#forget = NOTHING;
      };
    });
  }
}
