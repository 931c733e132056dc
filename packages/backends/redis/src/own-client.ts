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
    this.client.on("error", (error) => {
      this.lastError = reasonOf(error);
    });
    this.client.on("ready", () => {
      this.lastError = undefined;
    });
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

/** A cluster's own error says that no node has answered; what the last of them has failed with, it keeps. */
function reasonOf(error: unknown): unknown {
  return (error as { lastNodeError?: unknown } | undefined)?.lastNodeError ?? error;
}
