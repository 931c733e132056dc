import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { backendConformance } from "@hitbox/conformance";
import { gzip, hashed } from "@hitbox/core";
import { afterAll, test } from "vitest";
import { lmdb } from "../src/index.ts";

const folder = mkdtempSync(join(tmpdir(), "hitbox-lmdb-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

backendConformance({
  test,
  name: "a directory for each space",
  open: (space) => lmdb({ path: join(folder, "plain", space) }),
  awkwardSpaces: [".mdb", " b", "é", "[a]"],
});

backendConformance({
  test,
  name: "compressed, hashed",
  open: (space) =>
    lmdb({ path: join(folder, "hashed", space), compressor: gzip({ minBytes: 64 }), keyFormat: hashed() }),
});
