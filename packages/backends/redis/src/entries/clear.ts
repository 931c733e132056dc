import type { Connection } from "../connection/connection.ts";
import type { Feature } from "../connection/feature.ts";
import { ScanProof } from "../connection/scan-proof.ts";
import { clearCluster } from "./clear-cluster.ts";
import { clearServer } from "./clear-server.ts";

/** Removes every key under a prefix. */
export class Clearing {
  readonly #connection: Connection;
  readonly #feature: Feature;
  readonly #proof: ScanProof;

  constructor(connection: Connection, feature: Feature) {
    this.#connection = connection;
    this.#feature = feature;
    this.#proof = new ScanProof(connection, feature);
  }

  /**
   * Removes every key that starts with `keyspace`, by SCAN and UNLINK, on every master of a cluster. A
   * server is never held up for long. Each of these commands has the connection's deadline; their number
   * grows with the number of keys in the database. An entry written meanwhile may or may not be removed.
   */
  async clear(keyspace: string): Promise<void> {
    const { port } = this.#connection;
    const { refused, refusal } = this.#feature;
    if (refusal !== undefined) throw refusal;
    const clearing = { connection: this.#connection, keyspace, refused };
    if (port.topology === "cluster") return clearCluster(clearing, port);
    await this.#proof.prove(port.node);
    await clearServer(clearing, port.node);
    this.#proof.succeeded();
  }
}
