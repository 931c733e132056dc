import { backendConformance } from "@hitbox/conformance";
import { gzip, hashed } from "@hitbox/core";
import postgresJs from "postgres";
import { afterAll, beforeAll, test } from "vitest";
import { createTable, type PostgresOptions, postgres } from "../src/index.ts";
import { FAR_DEADLINE, tableOf, useServer } from "./support.ts";

const { url, client } = useServer();
let js: postgresJs.Sql;
beforeAll(() => {
  js = postgresJs(url(), { max: 4, onnotice: () => {} });
});
afterAll(() => js.end());

const KINDS: readonly { readonly name: string; readonly options: () => PostgresOptions }[] = [
  { name: "a pool of pg", options: () => ({ client: client() }) },
  { name: "the package postgres", options: () => ({ client: js }) },
  {
    name: "a URL, compressed, hashed, swept all the time",
    options: () => ({
      ...{ url: url(), compressor: gzip({ minBytes: 64 }), keyFormat: hashed(), sweepInterval: 1 },
      ...{ connections: 3 },
    }),
  },
];

for (const { name, options } of KINDS)
  backendConformance({
    ...{ test, name },
    async open(space) {
      const table = tableOf(space);
      await createTable({ client: client(), table });
      return postgres({ ...options(), table, timeout: FAR_DEADLINE });
    },
  });
