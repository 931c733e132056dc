import type { NodePort } from "./client-port.ts";
import type { Connection } from "./connection.ts";
import type { Feature } from "./feature.ts";
import { tried } from "./tried.ts";

/** Tries SCAN on a connection of its own, until it has worked once. */
export class ScanProof {
  readonly #connection: Connection;
  readonly #feature: Feature;
  #isProven = false;

  constructor(connection: Connection, feature: Feature) {
    this.#connection = connection;
    this.#feature = feature;
  }

  /** @throws BackendError `unsupported` if the server, or a proxy before it, refuses SCAN. */
  async prove(node: NodePort): Promise<void> {
    if (this.#isProven || !this.#connection.isReady) return;
    const refusal = await tried(node, this.#connection.timeout, ["SCAN", "0", "COUNT", "1"]);
    if (refusal !== undefined) throw this.#feature.refused(refusal);
  }

  /** Called when SCAN has worked. */
  succeeded(): void {
    this.#isProven = true;
  }
}
