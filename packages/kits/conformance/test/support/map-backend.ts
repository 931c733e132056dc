import {
  type Backend,
  type BackendSupports,
  type Compressor,
  type DeleteStatus,
  deleted,
  type Format,
  freshness,
  json,
  type KeyFormat,
  type KeyListing,
  type KeyPage,
  missing,
  passthrough,
  type StoredLease,
  type StoredValue,
  text,
} from "@hitbox/core";

/** What all backends of a test stand on: entries by space and key. It outlives every one of them. */
export type Disk = Map<string, Map<string, StoredValue>>;

interface Claim {
  readonly fence: string;
  until: number;
}

const claimsOf = new WeakMap<Disk, Map<string, Claim>>();
let fences = 0;

/** An honest backend of bytes with every capability, all of it small: what the planted faults are planted in. */
export class MapBackend implements Backend {
  readonly label: string = "map";
  readonly keyFormat: KeyFormat = text();
  readonly valueFormat: Format = json();
  readonly compressor: Compressor = passthrough();
  readonly disk: Disk;
  readonly space: string;
  readonly supports: BackendSupports = Object.freeze<BackendSupports>({
    expiry: "lazy",
    shared: true,
    persistent: true,
    readMany: Object.freeze({ max: 9 }),
    writeMany: Object.freeze({ max: 7 }),
    removeMany: Object.freeze({ max: 8 }),
    maxKeyBytes: 1_000,
    maxValueBytes: 1_200_000,
    clear: true,
    lease: true,
    keys: true,
  });

  constructor(disk: Disk, space: string) {
    this.disk = disk;
    this.space = space;
  }

  get entries(): Map<string, StoredValue> {
    const entries = this.disk.get(this.space) ?? new Map<string, StoredValue>();
    this.disk.set(this.space, entries);
    return entries;
  }

  /** Leases, of all spaces: shared as the entries are. */
  get claims(): Map<string, Claim> {
    const claims = claimsOf.get(this.disk) ?? new Map<string, Claim>();
    claimsOf.set(this.disk, claims);
    return claims;
  }

  protected at(key: string): string {
    return JSON.stringify([this.space, key]);
  }

  async lease(key: string, ms: number): Promise<StoredLease> {
    const claim = this.claims.get(this.at(key)) ?? { fence: `${++fences}`, until: 0 };
    this.claims.set(this.at(key), claim);
    const granted = claim.until <= Date.now();
    if (granted) claim.until = Date.now() + ms;
    return { fence: claim.fence, granted, entry: this.entries.get(key) };
  }

  async writeFenced(key: string, value: StoredValue, fence: string): Promise<boolean> {
    if (this.claims.get(this.at(key))?.fence !== fence) return false;
    await this.write(key, value);
    return true;
  }

  async releaseLease(key: string, fence: string): Promise<void> {
    const claim = this.claims.get(this.at(key));
    if (claim?.fence === fence) claim.until = 0;
  }

  leasedKeys(): string[] {
    const leased = [...this.claims.keys()].map((at) => JSON.parse(at) as [space: string, key: string]);
    return leased.filter(([space]) => space === this.space).map(([, key]) => key);
  }

  /** Voids the fence of a key. */
  void(key: string): void {
    this.claims.delete(this.at(key));
  }

  async read(key: string): Promise<StoredValue | undefined> {
    return this.entries.get(key);
  }

  async write(key: string, value: StoredValue): Promise<void> {
    this.void(key);
    this.entries.set(key, { ...value, payload: Uint8Array.from(value.payload) });
  }

  async remove(key: string): Promise<DeleteStatus> {
    const entry = this.entries.get(key);
    this.void(key);
    this.entries.delete(key);
    return entry === undefined || freshness(entry) === "expired" ? missing() : deleted();
  }

  async readMany(keys: readonly string[]): Promise<(StoredValue | undefined)[]> {
    if (keys.length > 9) throw new Error("too many keys");
    return Promise.all(keys.map((key) => this.read(key)));
  }

  async writeMany(entries: readonly (readonly [string, StoredValue])[]): Promise<void> {
    if (entries.length > 7) throw new Error("too many entries");
    for (const [key, value] of entries) await this.write(key, value);
  }

  async removeMany(keys: readonly string[]): Promise<DeleteStatus[]> {
    if (keys.length > 8) throw new Error("too many keys");
    return Promise.all(keys.map((key) => this.remove(key)));
  }

  /** In order; the cursor is the last key. */
  async keys({ prefix, cursor = "", limit, leased }: KeyListing): Promise<KeyPage> {
    const all = new Set([...this.entries.keys(), ...(leased ? this.leasedKeys() : [])]);
    const left = [...all].filter((key) => key.startsWith(prefix) && key > cursor).sort();
    const keys = left.slice(0, limit);
    return { keys, cursor: left.length > limit ? keys.at(-1) : undefined };
  }

  async clear(): Promise<void> {
    this.entries.clear();
    for (const at of [...this.claims.keys()])
      if ((JSON.parse(at) as string[])[0] === this.space) this.claims.delete(at);
  }
}
