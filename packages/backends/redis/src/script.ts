import { createHash } from "node:crypto";
import type { RedisClient } from "./redis-client.ts";

/** A script over one key: its text travels once for each server, its digest from then on. */
export class Script {
  readonly #text: string;
  readonly #digest: string;

  constructor(text: string) {
    this.#text = text;
    this.#digest = createHash("sha1").update(text).digest("hex");
  }

  /** The reply, with strings as buffers. A server that does not know the script (any more) is told it. */
  run(client: RedisClient, key: string, args: readonly (string | Buffer)[]): Promise<unknown> {
    return client.callBuffer("evalsha", this.#digest, "1", key, ...args).catch((error: unknown) => {
      if (!(error instanceof Error && error.message.startsWith("NOSCRIPT"))) throw error;
      return client.callBuffer("eval", this.#text, "1", key, ...args);
    });
  }
}
