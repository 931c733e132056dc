import { join } from "node:path";
import { backendConformance } from "@hitbox/conformance";
import { gzip, hashed } from "@hitbox/core";
import { quickly, useFolder } from "@hitbox/test-support";
import { test } from "vitest";
import { lmdb } from "../src/index.ts";
import { beneath } from "./beneath.ts";

const freshPath = useFolder();

const [plain, small] = [freshPath(), freshPath()];

const KINDS = [
  {
    name: "a directory for each space",
    open: (space: string) => lmdb({ path: join(plain, space) }),
    awkwardSpaces: [".mdb", " b", "é", "[a]", "*"],
    raw: beneath((space) => join(plain, space)),
  },
  {
    name: "compressed, hashed, swept all the time",
    open: (space: string) =>
      lmdb({
        path: join(small, space),
        compressor: gzip({ minBytes: 64 }),
        keyFormat: hashed(),
        label: "disk",
        sweepInterval: 1,
      }),
    raw: beneath((space) => join(small, space)),
  },
];

for (const kind of quickly(KINDS, 1)) backendConformance({ test, ...kind });
