import { backendConformance } from "@hitbox/conformance";
import { gzip, hashed } from "@hitbox/core";
import { quickly } from "@hitbox/test-support";
import pg from "pg";
import postgresJs from "postgres";
import { afterAll, beforeAll, test } from "vitest";
import { createTable, type PostgresOptions, postgres } from "../src/index.ts";
import { FAR_DEADLINE, tableOf, useServer } from "./support.ts";

const { url, client } = useServer();
let js: postgresJs.Sql;
let pool: pg.Pool;
beforeAll(() => {
  pool = new pg.Pool({ connectionString: url(), max: 10 });
  js = postgresJs(url(), { max: 4, onnotice: () => {} });
});
afterAll(() => Promise.all([js.end(), pool.end()]));

const KINDS: readonly { readonly name: string; readonly options: () => PostgresOptions }[] = [
  {
    name: "the package postgres, and it tells of changes",
    options: () => ({ client: js, coherence: "notify" }),
  },
  {
    name: "a URL, compressed, hashed, swept all the time",
    options: () => ({
      ...{ url: url(), compressor: gzip({ minBytes: 64 }), keyFormat: hashed(), sweepInterval: 1 },
      ...{ connections: 3 },
    }),
  },
  { name: "a pool of pg that tells of changes", options: () => ({ client: pool, coherence: "notify" }) },
];

// CI runs the last kind alone, `npm run test:long` runs them all.
for (const { name, options } of quickly(KINDS, 2))
  backendConformance({
    ...{ test, name },
    async open(space) {
      const table = tableOf(space);
      await createTable({ client: client(), table });
      return postgres({ ...options(), table, timeout: FAR_DEADLINE });
    },
  });
