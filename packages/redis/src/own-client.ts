import { Deadline } from "./deadline.ts";
import type { RedisClient } from "./redis-client.ts";

/** What is done with a client of our own besides. */
export interface ClosableClient extends RedisClient {
  on(event: string, listener: (error?: unknown) => void): unknown;
  quit(): Promise<unknown>;
  disconnect(): void;
}

/** A client that is closed with the backend. */
export class OwnClient {
  readonly client: ClosableClient;
  /** What the connection last failed with, while there is none. */
  lastError: unknown;
  readonly #timeout: number;

  constructor(client: ClosableClient, timeout: number) {
    this.client = client;
    this.#timeout = timeout;
    const remember = (error: unknown): void => {
      this.lastError = error;
    };
    this.client.on("error", remember);
    this.client.on("ready", () => remember(undefined));
    // A cluster's own error says that no node could be reached, and not why.
    this.client.on("node error", remember);
  }

  /** Lets the server answer what is under way, within the timeout; then nothing of the connection is left. */
  async close(): Promise<void> {
    try {
      if (this.client.status === "ready") {
        const deadline = new Deadline(this.#timeout, () => new Error("no answer to QUIT"));
        await deadline.limit(this.client.quit(), { take: () => undefined });
      }
    } catch {
      // The connection is about to go anyway.
    } finally {
      this.client.disconnect();
    }
  }
}
