import { createHash } from "node:crypto";
import type { ClientPort, Word } from "../connection/client-port.ts";

/** A script over one key. Its text travels once for each server, its digest from then on. */
export class Script {
  readonly #text: string;
  readonly #digest: string;

  constructor(text: string) {
    this.#text = text;
    this.#digest = createHash("sha1").update(text).digest("hex");
  }

  /**
   * The reply, with strings as buffers. A server that does not know the script (any more) is sent the text.
   */
  run(port: ClientPort, key: string, args: readonly Word[]): Promise<unknown> {
    return port.evaluate("evalsha", this.#digest, key, args).catch((error: unknown) => {
      if (!(error instanceof Error && error.message.startsWith("NOSCRIPT"))) throw error;
      return port.evaluate("eval", this.#text, key, args);
    });
  }
}
