import { checkOption } from "@hitbox/core";
import { Redis } from "ioredis";
import { Deadline } from "./deadline.ts";

/** Longest pause between two attempts to connect, in milliseconds. */
const MAX_PAUSE = 500;
/** A server that does not answer at all for this long, in milliseconds, is given up and connected to anew. */
const SILENCE = 5_000;
/** How long a server may take to hang up once asked to, in milliseconds. */
const GOODBYE = 100;

/** A client of our own: it never prints, never gives up, and queues and resends nothing. */
export class OwnClient {
  readonly redis: Redis;
  /** What the connection last failed with, while there is none. */
  lastError: unknown;
  readonly #timeout: number;

  constructor(url: string, timeout: number) {
    checkUrl(url);
    this.#timeout = timeout;
    this.redis = new Redis(url, {
      enableOfflineQueue: false,
      autoResendUnfulfilledCommands: false,
      // What is under way when the connection breaks fails then.
      maxRetriesPerRequest: 0,
      retryStrategy: (attempt) => Math.min(attempt * 50, MAX_PAUSE),
      connectTimeout: Math.max(SILENCE, timeout),
      socketTimeout: Math.max(SILENCE, 2 * timeout),
      disconnectTimeout: GOODBYE,
    });
    this.redis.on("error", (error: unknown) => {
      this.lastError = error;
    });
    this.redis.on("ready", () => {
      this.lastError = undefined;
    });
  }

  /** Lets the server answer what is under way, within the timeout; then nothing of the connection is left. */
  async close(): Promise<void> {
    try {
      if (this.redis.status === "ready") {
        const deadline = new Deadline(this.#timeout, () => new Error("no answer to QUIT"));
        await deadline.limit(this.redis.quit(), { take: () => undefined });
      }
    } catch {
      // The connection is about to go anyway.
    } finally {
      this.redis.disconnect();
    }
  }
}

/** Throws a `TypeError`, without the password, for anything but a URL of a Redis server. */
function checkUrl(url: string): void {
  const ok = typeof url === "string" && URL.canParse(url) && /^rediss?:$/.test(new URL(url).protocol);
  const shown = typeof url === "string" ? url.replace(/\/\/.*@/, "//***@") : url;
  checkOption(ok, "url", shown, "must be a redis:// or rediss:// URL");
}
