import type { ClientPort } from "../../connection/client-port.ts";
import { tried } from "../../connection/tried.ts";

/**
 * Proves that the server takes messages, before the first one goes by the data connection: a proxy without
 * PUBLISH would close that connection.
 */
export class PublishProof {
  readonly #port: ClientPort;
  readonly #timeout: number;
  readonly #words: readonly string[];
  /** A node of a cluster is no proxy. */
  #isProven: boolean;
  #proving: Promise<void> | undefined;

  /** `words` are the command that is tried: a message that tells of no change. */
  constructor(port: ClientPort, timeout: number, words: readonly string[]) {
    this.#port = port;
    this.#timeout = timeout;
    this.#words = words;
    this.#isProven = port.topology === "cluster";
  }

  /** Undefined once it is proven. Rejects with the refusal. */
  pending(): Promise<void> | undefined {
    if (this.#isProven) return undefined;
    this.#proving ??= this.#prove().finally(() => {
      this.#proving = undefined;
    });
    return this.#proving;
  }

  async #prove(): Promise<void> {
    const refusal =
      this.#port.topology === "server" ? await tried(this.#port.node, this.#timeout, this.#words) : undefined;
    if (refusal !== undefined) throw refusal;
    this.#isProven = true;
  }
}
