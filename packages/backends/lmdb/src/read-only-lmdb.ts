import { realpathSync } from "node:fs";
import {
  type AdapterParts,
  type Backend,
  BackendError,
  type BackendSupports,
  type ErrorCode,
  type KeyListing,
  type KeyPage,
  outside,
  type StoredValue,
} from "@hitbox/core";
import { Adapter, decodeEntry } from "@hitbox/core/tier";
import { type Database, open, type RootDatabase } from "lmdb";
import { checkStore } from "./check-store.ts";
import { classify } from "./classify.ts";
import { listKeys } from "./list-keys.ts";
import { opening } from "./opening.ts";
import { BINARY, ENTRIES } from "./store.ts";

/**
 * A store that is only read: one that is shipped with a program, say. Nothing of it is made, changed or
 * swept.
 */
export class ReadOnlyLmdb extends Adapter implements Backend {
  readonly supports: BackendSupports;
  readonly #root: RootDatabase<Uint8Array, Buffer>;
  readonly #entries: Database<Uint8Array, Buffer>;
  readonly #now: () => number;

  constructor(path: string, parts: AdapterParts<Uint8Array>, supports: BackendSupports, now: () => number) {
    super(parts);
    this.#now = now;
    this.supports = Object.freeze({ ...supports, clear: false, lease: false });
    [this.#root, this.#entries] = opening(path, () => openToRead(path));
  }

  read(key: string): StoredValue | undefined {
    return decodeEntry(this.#entries.getBinary(Buffer.from(key)));
  }

  keys(listing: KeyListing): KeyPage {
    return listKeys(this.#entries, listing, this.#now());
  }

  write(): never {
    return refuse();
  }

  remove(): never {
    return refuse();
  }

  classify(error: unknown): ErrorCode | undefined {
    return classify(error);
  }

  async close(): Promise<void> {
    await this.#root.close();
  }
}

function openToRead(path: string): [RootDatabase<Uint8Array, Buffer>, Database<Uint8Array, Buffer>] {
  const place = realpathSync(path);
  checkStore(place, "read");
  return outside(() => {
    const root = open<Uint8Array, Buffer>({ path: place, noSubdir: false, readOnly: true, ...BINARY });
    return [root, root.openDB({ name: ENTRIES, useVersions: true, ...BINARY })];
  });
}

function refuse(): never {
  throw new BackendError("unsupported", "this store is read-only: it was opened with `readOnly: true`");
}
