import { backendConformance } from "@hitbox/conformance";
import { gzip, hashed } from "@hitbox/core";
import { quickly, useFolder } from "@hitbox/test-support";
import { test } from "vitest";
import { Beneath } from "./beneath.ts";
import { connect, open, tableOf } from "./support.ts";

const freshPath = useFolder({ suffix: ".db" });

const [plain, small, given] = [freshPath(), freshPath(), freshPath()];
const [beneathPlain, beneathSmall] = [new Beneath(plain), new Beneath(small)];

const KINDS = [
  {
    name: "a table for each space",
    open: (space: string) =>
      open({
        ...{ path: plain, table: tableOf(space), timeout: 20_000 },
        driver: beneathPlain.driverOf(space),
      }),
    raw: beneathPlain.hooks,
  },
  {
    name: "a database that was given",
    open(space: string) {
      const database = connect(given);
      // No wait for the disk: its owner may choose so, and each commit of the kit would have one.
      database.exec("PRAGMA journal_mode = WAL; PRAGMA synchronous = OFF");
      return open({ database, table: tableOf(space), timeout: 20_000 });
    },
  },
  {
    name: "compressed, hashed, swept all the time",
    open: (space: string) =>
      open({
        ...{ path: small, table: tableOf(space), label: "disk", sweepInterval: 1, timeout: 20_000 },
        ...{ compressor: gzip({ minBytes: 64 }), keyFormat: hashed(), driver: beneathSmall.driverOf(space) },
      }),
    raw: beneathSmall.hooks,
  },
];

for (const kind of quickly(KINDS, 1)) backendConformance({ test, ...kind });
