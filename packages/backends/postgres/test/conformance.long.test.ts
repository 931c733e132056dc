import { backendConformance, type RawHooks } from "@hitbox/conformance";
import { gzip, hashed } from "@hitbox/core";
import { Relays } from "@hitbox/test-servers";
import { quickly } from "@hitbox/test-support";
import pg from "pg";
import postgresJs from "postgres";
import { afterAll, beforeAll, test } from "vitest";
import { createTable, type PostgresOptions, postgres } from "../src/index.ts";
import { beneath } from "./beneath.ts";
import { FAR_DEADLINE, tableOf, useServer } from "./support.ts";

const { url, client } = useServer();
let js: postgresJs.Sql;
let pool: pg.Pool;
beforeAll(() => {
  pool = new pg.Pool({ connectionString: url(), max: 10 });
  js = postgresJs(url(), { max: 4, onnotice: () => {} });
});
afterAll(() => Promise.all([js.end(), pool.end()]));

const relays = new Relays();
afterAll(() => relays.close());

const hooks = beneath(client);

const KINDS: readonly {
  readonly name: string;
  readonly options: (space: string) => PostgresOptions | Promise<PostgresOptions>;
  readonly raw: RawHooks;
}[] = [
  {
    name: "the package postgres, and it tells of changes",
    options: () => ({ client: js, coherence: "notify" }),
    raw: hooks,
  },
  {
    name: "a URL, compressed, hashed, swept all the time",
    options: async (space) => ({
      ...{
        url: await relays.urlOf(space, url()),
        compressor: gzip({ minBytes: 64 }),
        keyFormat: hashed(),
        sweepInterval: 1,
      },
      ...{ connections: 3 },
    }),
    raw: { ...hooks, ...relays.hooks, client: "own" },
  },
  {
    name: "a pool of pg that tells of changes",
    options: () => ({ client: pool, coherence: "notify" }),
    raw: { ...hooks, client: "given", connections: () => (pool.ended ? 0 : 1) },
  },
];

// CI runs the last kind alone, `npm run test:long` runs them all.
for (const { name, options, raw } of quickly(KINDS, 2))
  backendConformance({
    ...{ test, name, raw },
    async open(space) {
      const table = tableOf(space);
      await createTable({ client: client(), table });
      return postgres({ ...(await options(space)), table, timeout: FAR_DEADLINE });
    },
  });
