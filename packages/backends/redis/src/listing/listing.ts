import type { KeyListing, KeyPage } from "@hitbox/core";
import type { Connection } from "../connection/connection.ts";
import type { Feature } from "../connection/feature.ts";
import { ScanProof } from "../connection/scan-proof.ts";
import { listCluster } from "./list-cluster.ts";
import { scanKeys } from "./scan-keys.ts";

/** Lists the keys under a prefix, by SCAN. */
export class Listing {
  readonly #connection: Connection;
  readonly #feature: Feature;
  readonly #proof: ScanProof;
  readonly #keyspace: string;

  constructor(connection: Connection, feature: Feature, keyspace: string) {
    this.#connection = connection;
    this.#feature = feature;
    this.#proof = new ScanProof(connection, feature);
    this.#keyspace = keyspace;
  }

  /**
   * One page: a step of SCAN, and the length of each key that it finds. SCAN looks at all keys of the
   * database, some `limit` at a time, so that pages may be empty.
   */
  async page(listing: KeyListing): Promise<KeyPage> {
    const { port } = this.#connection;
    const { refused, refusal } = this.#feature;
    if (refusal !== undefined) throw refusal;
    const settings = { connection: this.#connection, keyspace: this.#keyspace, refused };
    if (port.topology === "cluster") return listCluster(settings, port, listing);
    await this.#proof.prove(port.node);
    const { keys, scan } = await scanKeys(settings, port.node, listing.cursor ?? "0", listing);
    this.#proof.succeeded();
    return { keys, cursor: scan === "0" ? undefined : scan };
  }
}
