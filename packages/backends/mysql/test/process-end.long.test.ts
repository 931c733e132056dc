import { build, startChild } from "@hitbox/test-support";
import { beforeAll, expect, it } from "vitest";
import { createTable } from "../src/index.ts";
import { freshTable, useServer } from "./support.ts";

const { url } = useServer();
beforeAll(() => build("backends/mysql"), 120_000);

it("a process ends by itself with an open backend", { timeout: 60_000 }, async () => {
  const table = freshTable();
  await createTable({ url: url(), table });
  const child = startChild(
    `import { cacheBackend, cacheValue } from "@hitbox/core";
     import { mysql } from "../dist/index.js";
     const [url, table] = process.argv.slice(1);
     await cacheBackend(mysql({ url, table, timeout: 20_000 })).set("a", cacheValue(1));`,
    { cwd: import.meta.dirname, args: [url(), table] },
  );
  expect(await child.ended).toBe(0);
});
