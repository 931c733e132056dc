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
  missing,
  passthrough,
  type StoredValue,
  text,
} from "@hitbox/core";

/** What all backends of a test stand on: entries by space and key. It outlives every one of them. */
export type Disk = Map<string, Map<string, StoredValue>>;

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

  async read(key: string): Promise<StoredValue | undefined> {
    return this.entries.get(key);
  }

  async write(key: string, value: StoredValue): Promise<void> {
    this.entries.set(key, { ...value, payload: Uint8Array.from(value.payload) });
  }

  async remove(key: string): Promise<DeleteStatus> {
    const entry = this.entries.get(key);
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

  async clear(): Promise<void> {
    this.entries.clear();
  }
}
