import {
  BackendError,
  type BackendSupports,
  type DeleteStatus,
  deleted,
  type ErrorCode,
  type KeyListing,
  type KeyPage,
  type StoredLease,
  type StoredValue,
} from "@hitbox/core";
import type { RawHooks } from "../../src/index.ts";
import { type Disk, MapBackend } from "./map-backend.ts";

/** The part of a store that stands beneath its adapters: ends in a column, damage, and connections. */
interface Beneath {
  /** Epoch milliseconds at which the store drops an entry by itself; `Infinity`: never. */
  readonly ends: Map<string, number>;
  readonly damaged: Set<string>;
  readonly backends: Set<NativeBackend>;
}

const beneathOf = new WeakMap<Disk, Beneath>();

function beneath(disk: Disk): Beneath {
  const found = beneathOf.get(disk) ?? { ends: new Map(), damaged: new Set(), backends: new Set() };
  beneathOf.set(disk, found);
  return found;
}

export const SUPPORTS: BackendSupports = Object.freeze({
  ...new MapBackend(new Map(), "").supports,
  expiry: "native",
});

/** An honest backend over a store that drops entries by itself, over a connection of its own. */
export class NativeBackend extends MapBackend {
  override readonly supports: BackendSupports = SUPPORTS;
  readonly beneath: Beneath;
  connection: "open" | "broken" | "closed" = "open";

  constructor(disk: Disk, space: string) {
    super(disk, space);
    this.beneath = beneath(disk);
    this.beneath.backends.add(this);
  }

  /** Milliseconds for which the store is told to keep an entry. */
  lifeOf({ expiresAt }: StoredValue): number {
    return expiresAt === undefined ? Number.POSITIVE_INFINITY : expiresAt - Date.now();
  }

  setEnd(key: string, end: number): void {
    this.beneath.ends.set(this.at(key), end);
  }

  ask(): void {
    if (this.connection === "broken")
      throw Object.assign(new Error("read ECONNRESET"), { code: "ECONNRESET" });
  }

  /** What the store does by itself. */
  dropEnded(key: string): void {
    if ((this.beneath.ends.get(this.at(key)) ?? Number.POSITIVE_INFINITY) <= Date.now()) this.forget(key);
  }

  forget(key: string): void {
    this.entries.delete(key);
    this.beneath.ends.delete(this.at(key));
    this.beneath.damaged.delete(this.at(key));
  }

  override async read(key: string): Promise<StoredValue | undefined> {
    this.ask();
    this.dropEnded(key);
    if (this.beneath.damaged.has(this.at(key)))
      throw new BackendError("corrupt", "these are no bytes of mine");
    return this.entries.get(key);
  }

  override async write(key: string, value: StoredValue): Promise<void> {
    this.ask();
    this.beneath.damaged.delete(this.at(key));
    await super.write(key, value);
    this.setEnd(key, Date.now() + this.lifeOf(value));
  }

  override async remove(key: string): Promise<DeleteStatus> {
    this.ask();
    this.dropEnded(key);
    const isDamaged = this.beneath.damaged.has(this.at(key));
    const status = await super.remove(key);
    this.forget(key);
    return isDamaged ? deleted() : status;
  }

  override async readMany(keys: readonly string[]): Promise<(StoredValue | undefined)[]> {
    const read = async (key: string): Promise<StoredValue | undefined> => {
      try {
        return await this.read(key);
      } catch (error) {
        if (!BackendError.is(error)) throw error;
        return error as never;
      }
    };
    return Promise.all(keys.map(read));
  }

  override async lease(key: string, ms: number): Promise<StoredLease> {
    this.ask();
    this.dropEnded(key);
    return super.lease(key, ms);
  }

  override async keys(listing: KeyListing): Promise<KeyPage> {
    this.ask();
    return super.keys(listing);
  }

  override async clear(): Promise<void> {
    this.ask();
    for (const key of [...this.entries.keys()]) this.forget(key);
    await super.clear();
  }

  classify(error: unknown): ErrorCode | undefined {
    return (error as { code?: unknown } | undefined)?.code === "ECONNRESET" ? "connection" : undefined;
  }

  /** Nothing to do for a store that drops entries by itself. */
  sweep(): void {
    for (const key of [...this.entries.keys()]) this.dropEnded(key);
  }

  async close(): Promise<void> {
    this.connection = "closed";
  }
}

/** All the hooks, for backends over `disk` that open a client of their own. */
export function hooksOf(disk: Disk, client: "given" | "own" = "own"): RawHooks {
  const openOn = (space: string): NativeBackend[] =>
    [...beneath(disk).backends].filter((each) => each.space === space && each.connection !== "closed");
  const at = (space: string, key: string): string => JSON.stringify([space, key]);
  const isThere = (space: string, key: string): boolean =>
    disk.get(space)?.has(key) === true &&
    (beneath(disk).ends.get(at(space, key)) ?? Number.POSITIVE_INFINITY) > Date.now();
  return {
    client,
    bytes: (space, key) => (isThere(space, key) ? disk.get(space)?.get(key)?.payload : undefined),
    timeToLive: (space, key) =>
      isThere(space, key)
        ? (beneath(disk).ends.get(at(space, key)) ?? Number.POSITIVE_INFINITY) - Date.now()
        : undefined,
    damage: (space, key) => beneath(disk).damaged.add(at(space, key)),
    breakConnection: (space) => {
      for (const each of openOn(space)) each.connection = "broken";
    },
    connections: (space) => openOn(space).length,
    sweep: (space) => {
      for (const each of openOn(space)) each.sweep();
    },
  };
}
