import { backendConformance } from "@hitbox/conformance";
import { gzip, hashed } from "@hitbox/core";
import { quickly } from "@hitbox/test-support";
import { createPool } from "mysql2";
import { afterAll, beforeAll, test } from "vitest";
import { createTable, type MysqlOptions, mysql } from "../src/index.ts";
import { FAR_DEADLINE, tableOf, useServer } from "./support.ts";

const { url, client } = useServer();
let byCallbacks: ReturnType<typeof createPool>;
beforeAll(() => {
  byCallbacks = createPool({ uri: url(), connectionLimit: 4, rowsAsArray: true, flags: ["-FOUND_ROWS"] });
});
afterAll(() => byCallbacks.promise().end());

const KINDS: readonly { readonly name: string; readonly options: () => MysqlOptions }[] = [
  {
    name: "a URL, compressed, hashed, swept all the time",
    options: () => ({
      ...{ url: url(), compressor: gzip({ minBytes: 64 }), keyFormat: hashed(), sweepInterval: 1 },
      ...{ connections: 3 },
    }),
  },
  { name: "a pool by callbacks, with settings of its own", options: () => ({ client: byCallbacks }) },
];

// CI runs the last kind alone, `npm run test:long` runs them all.
for (const { name, options } of quickly(KINDS, 1))
  backendConformance({
    ...{ test, name },
    async open(space) {
      const table = tableOf(space);
      await createTable({ client: client(), table });
      return mysql({ ...options(), table, timeout: FAR_DEADLINE });
    },
  });
