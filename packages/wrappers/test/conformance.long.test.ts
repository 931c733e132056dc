import { mkdtempSync } from "node:fs";
import { rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { backendConformance } from "@hitbox/conformance";
import type { Backend } from "@hitbox/core";
import { lmdb } from "@hitbox/lmdb";
import { redis } from "@hitbox/redis";
import { type RedisServer, startRedis } from "@hitbox/test-servers";
import { quickly } from "@hitbox/test-support";
import { afterAll, beforeAll, describe, test } from "vitest";
import { prefixed } from "../src/index.ts";
import { WRAPPERS } from "./every-wrapper.ts";

const folder = mkdtempSync(join(tmpdir(), "hitbox-wrappers-"));
let server: RedisServer;
beforeAll(async () => {
  server = await startRedis();
});
afterAll(async () => {
  await server.close();
  await rm(folder, { recursive: true, force: true });
});

/** Over real stores: `all of them` has the others within it. CI runs that alone. */
const OUTERMOST = ["switchable", "shadow", "all of them"] as const;
const CHOSEN = quickly(OUTERMOST, 2).map((name) => [name, WRAPPERS[name]] as const);

describe.concurrent.each(CHOSEN)("%s", (wrapper, wrap) => {
  backendConformance({
    test,
    name: "around LMDB",
    open: (space) => wrap(lmdb({ path: join(folder, wrapper, space) })),
  });
  backendConformance({
    test,
    name: "around Redis",
    open: (prefix) => wrap(redis({ url: server.url, timeout: 20_000, prefix })),
  });
});

// Tenants of one store are spaces that share nothing.
describe.concurrent("prefixes of one store", () => {
  const inRedis = (prefix: string): Backend<unknown> =>
    prefixed(redis({ url: server.url, timeout: 20_000, prefix: "shared" }), prefix);
  const awkwardSpaces = ["*", "?", "[a]", "/b", "é"];
  backendConformance({ test, name: "one", awkwardSpaces, open: (space) => inRedis(`${space}:`) });
  backendConformance({
    test,
    name: "one within another",
    open: (space) => prefixed(inRedis("outer:"), `${space}:`),
  });
});
