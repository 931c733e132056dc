import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { StoredValue } from "@hitbox/core";
import { afterAll } from "vitest";

const folder = mkdtempSync(join(tmpdir(), "hitbox-lmdb-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

let count = 0;

/** A path that nothing is at. Removed with all that comes to be there when the tests of the file have run. */
export function freshPath(): string {
  count += 1;
  return join(folder, `store-${count}`);
}

/** An entry as core hands it to an adapter. */
export function stored(payload: string | Uint8Array, expiresAt?: number): StoredValue {
  return {
    payload: Buffer.from(payload),
    format: "json",
    compressor: undefined,
    decodedBytes: undefined,
    createdAt: 0,
    staleAt: undefined,
    expiresAt,
    tags: undefined,
  };
}
