import { mkdtempSync } from "node:fs";
import { rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { backendConformance } from "@hitbox/conformance";
import { gzip, hashed } from "@hitbox/core";
import { lmdb } from "@hitbox/lmdb";
import { afterAll, test } from "vitest";

const folder = mkdtempSync(join(tmpdir(), "hitbox-lmdb-"));

afterAll(() => rm(folder, { recursive: true, force: true }));

backendConformance({ test, name: "lmdb", open: (space) => lmdb({ path: join(folder, "plain", space) }) });

backendConformance({
  test,
  name: "lmdb, hashed and compressed",
  open: (space) =>
    lmdb({ path: join(folder, "packed", space), keyFormat: hashed(), compressor: gzip({ minBytes: 64 }) }),
});
