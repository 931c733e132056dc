import { join } from "node:path";
import { backendConformance } from "@hitbox/conformance";
import { gzip, hashed } from "@hitbox/core";
import { test } from "vitest";
import { lmdb } from "../src/index.ts";
import { freshPath } from "./folder.ts";

const [plain, small] = [freshPath(), freshPath()];

backendConformance({
  test,
  name: "a directory for each space",
  open: (space) => lmdb({ path: join(plain, space) }),
  awkwardSpaces: [".mdb", " b", "é", "[a]", "*"],
});

backendConformance({
  test,
  name: "compressed, hashed, swept all the time",
  open: (space) =>
    lmdb({
      path: join(small, space),
      compressor: gzip({ minBytes: 64 }),
      keyFormat: hashed(),
      label: "disk",
      sweepInterval: 1,
    }),
});
