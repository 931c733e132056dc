import { mkdtempSync } from "node:fs";
import { rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { backendConformance } from "@hitbox/conformance";
import { type Backend, json } from "@hitbox/core";
import { lmdb } from "@hitbox/lmdb";
import { memory } from "@hitbox/memory";
import { redis } from "@hitbox/redis";
import { type RedisServer, startRedis } from "@hitbox/test-servers";
import { afterAll, beforeAll, describe, test } from "vitest";
import { circuitBreaker, deadline, prefixed, retry } from "../src/index.ts";

type Wrap = (backend: Backend<unknown>) => Backend<unknown>;

const WRAPPERS: Readonly<Record<string, Wrap>> = {
  deadline: (backend) => deadline(backend, { after: 60_000 }),
  circuitBreaker: (backend) => circuitBreaker(backend),
  retry: (backend) => retry(backend),
  prefixed: (backend) => prefixed(backend, "tenant:"),
  "all of them": (backend) => prefixed(retry(circuitBreaker(deadline(backend, { after: 60_000 }))), "tenant:"),
};

const folder = mkdtempSync(join(tmpdir(), "hitbox-wrappers-"));
let server: RedisServer;
beforeAll(async () => {
  server = await startRedis();
});
afterAll(async () => {
  await server.close();
  await rm(folder, { recursive: true, force: true });
});

describe.concurrent.each(Object.entries(WRAPPERS))("%s", (wrapper, wrap) => {
  backendConformance({ test, name: "around memory", open: () => wrap(memory({ maxEntries: 20_000 })) });
  backendConformance({
    test,
    name: "around memory of bytes",
    open: () => wrap(memory({ maxEntries: 20_000, format: json() })),
  });
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
