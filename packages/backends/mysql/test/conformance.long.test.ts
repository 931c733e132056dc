import { backendConformance, type RawHooks } from "@hitbox/conformance";
import { gzip, hashed } from "@hitbox/core";
import { Relays } from "@hitbox/test-servers";
import { quickly } from "@hitbox/test-support";
import { createPool } from "mysql2";
import { afterAll, beforeAll, test } from "vitest";
import { createTable, type MysqlOptions, mysql } from "../src/index.ts";
import { beneath } from "./beneath.ts";
import { FAR_DEADLINE, tableOf, useServer } from "./support.ts";

const { url, client } = useServer();
let byCallbacks: ReturnType<typeof createPool>;
beforeAll(() => {
  byCallbacks = createPool({ uri: url(), connectionLimit: 4, rowsAsArray: true, flags: ["-FOUND_ROWS"] });
});
afterAll(() => byCallbacks.promise().end());

const relays = new Relays();
afterAll(() => relays.close());

const hooks = beneath(client);

const KINDS: readonly {
  readonly name: string;
  readonly options: (space: string) => MysqlOptions | Promise<MysqlOptions>;
  readonly raw: RawHooks;
}[] = [
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
    name: "a pool by callbacks, with settings of its own",
    options: () => ({ client: byCallbacks }),
    raw: hooks,
  },
];

// CI runs the last kind alone, `npm run test:long` runs them all.
for (const { name, options, raw } of quickly(KINDS, 1))
  backendConformance({
    ...{ test, name, raw },
    async open(space) {
      const table = tableOf(space);
      await createTable({ client: client(), table });
      return mysql({ ...(await options(space)), table, timeout: FAR_DEADLINE });
    },
  });
