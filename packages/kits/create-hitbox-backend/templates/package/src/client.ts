// A stand-in for the client of MyStore, which passes the kit. Put your client in its place: either import the
// real one in index.ts and delete this file, or keep this file as a thin layer over it.

interface Kept {
  readonly bytes: Uint8Array;
  /** Epoch milliseconds. */
  readonly until: number;
  readonly version: number;
}

/** "Servers", by address: two clients of one address see the same keys. */
const servers = new Map<string, Map<string, Kept>>();
let versions = 0;

export class MyStoreClient {
  readonly #kept: Map<string, Kept>;

  constructor(url: string) {
    this.#kept = servers.get(url) ?? new Map();
    servers.set(url, this.#kept);
  }

  async get(key: string): Promise<Uint8Array | undefined> {
    return this.#find(key)?.bytes.slice();
  }

  /** `ms`: milliseconds to live. Undefined: for ever. */
  async set(key: string, bytes: Uint8Array, ms: number | undefined): Promise<void> {
    const until = ms === undefined ? Number.POSITIVE_INFINITY : Date.now() + ms;
    this.#kept.set(key, { bytes: bytes.slice(), until, version: ++versions });
  }

  async delete(key: string): Promise<void> {
    this.#kept.delete(key);
  }

  /** Milliseconds to live, for the tests. */
  async timeToLive(key: string): Promise<number | undefined> {
    const kept = this.#find(key);
    return kept && kept.until - Date.now();
  }

  //if batches
  async getMany(keys: readonly string[]): Promise<(Uint8Array | undefined)[]> {
    return Promise.all(keys.map((key) => this.get(key)));
  }

  async setMany(
    entries: readonly { key: string; bytes: Uint8Array; ms: number | undefined }[],
  ): Promise<void> {
    await Promise.all(entries.map(({ key, bytes, ms }) => this.set(key, bytes, ms)));
  }

  async deleteMany(keys: readonly string[]): Promise<void> {
    for (const key of keys) this.#kept.delete(key);
  }

  //end
  //if leases
  async getVersion(key: string): Promise<{ bytes: Uint8Array; version: number } | undefined> {
    const kept = this.#find(key);
    return kept && { bytes: kept.bytes.slice(), version: kept.version };
  }

  /** Sets if the version is still `version`; undefined: if there is nothing under the key. */
  async setIf(
    key: string,
    version: number | undefined,
    bytes: Uint8Array,
    ms: number | undefined,
  ): Promise<boolean> {
    if (this.#find(key)?.version !== version) return false;
    await this.set(key, bytes, ms);
    return true;
  }

  //end
  //if clear
  async deletePrefix(prefix: string): Promise<void> {
    for (const key of this.#kept.keys()) if (key.startsWith(prefix)) this.#kept.delete(key);
  }

  //end
  //if keys
  /** Up to `limit` keys with the prefix, in order, after the key `cursor`. */
  async list(prefix: string, cursor: string | undefined, limit: number): Promise<string[]> {
    const keys = [...this.#kept.keys()].filter((key) => key.startsWith(prefix) && this.#find(key));
    return keys
      .filter((key) => cursor === undefined || key > cursor)
      .sort()
      .slice(0, limit);
  }

  //end
  async close(): Promise<void> {}

  #find(key: string): Kept | undefined {
    const kept = this.#kept.get(key);
    return kept !== undefined && kept.until > Date.now() ? kept : undefined;
  }
}
