import { mkdtempSync } from "node:fs";
import { rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Cache, createCache } from "@hitbox/cache";
import { compose } from "@hitbox/composition";
import type { Backend } from "@hitbox/core";
import { lmdb } from "@hitbox/lmdb";
import { memory } from "@hitbox/memory";
import { redis } from "@hitbox/redis";
import { type RedisServer, startRedis, until } from "@hitbox/test-servers";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { gate, settled } from "./support/gate.ts";

const folder = mkdtempSync(join(tmpdir(), "hitbox-cache-"));
let server: RedisServer;
let spaces = 0;

beforeAll(async () => {
  server = await startRedis();
});
afterAll(async () => {
  await server.close();
  await rm(folder, { recursive: true, force: true });
});

const STORES: readonly (readonly [string, (space: string) => Backend<unknown>])[] = [
  ["Redis", (space) => redis({ url: server.url, timeout: 20_000, prefix: space }) as Backend<unknown>],
  [
    "Redis that tells of changes",
    (space) =>
      redis({ url: server.url, timeout: 20_000, prefix: space, coherence: "tracking" }) as Backend<unknown>,
  ],
  ["LMDB", (space) => lmdb({ path: join(folder, space) }) as Backend<unknown>],
];

describe.each(STORES)("memory over %s", (_, store) => {
  let cache: Cache;
  let other: Cache;
  beforeEach(() => {
    const space = `space${++spaces}`;
    const open = (): Cache =>
      createCache({
        backend: compose(memory({ maxEntries: 100 }), store(space)),
        ttl: "1m",
        staleIfError: "1m",
      });
    cache = open();
    other = open();
  });
  afterEach(() => Promise.all([cache.close(), other.close()]));

  it("values go round: those that are no truth too, and not found is not found", async () => {
    for (const value of [null, 0, "", false, [], {}, { deep: [{ a: null }] }]) {
      await cache.set(["v", value], value);
      expect(await other.get(["v", value])).toEqual(value);
      expect(await other.has(["v", value])).toBe(true);
    }
    expect(await other.get("none")).toBeUndefined();
  });

  it("what one has loaded the other finds", async () => {
    expect(await cache.getOrSet("a", () => ({ by: "one" }))).toEqual({ by: "one" });
    const load = vi.fn(() => ({ by: "other" }));
    expect(await other.getOrSet("a", load)).toEqual({ by: "one" });
    expect(load).not.toHaveBeenCalled();
    expect((await other.lookup("a")).source).toMatch(/^memory>/);
  });

  it("both load at the same time: one of them does", async () => {
    const load = vi.fn(async () => {
      await new Promise((resolve) => setTimeout(resolve, 20));
      return 1;
    });
    expect(await Promise.all([cache.getOrSet("a", load), other.getOrSet("a", load)])).toEqual([1, 1]);
    expect(load).toHaveBeenCalledTimes(1);
  });

  it("an expire by the other during a load wins, and leaves the entry for a source that fails", async () => {
    const down = () => Promise.reject(new Error("down"));
    await cache.set("a", "old");
    const set = Date.now();
    await until("a millisecond has passed", () => Date.now() > set);
    const loading = gate<string>();
    const loader = vi.fn(() => loading.opened);
    const load = cache.getOrSet("a", loader, { mode: "reload" });
    await until("the loader runs", () => loader.mock.calls.length === 1);
    expect(await other.touch("a")).toBe(false);
    expect(await other.expire("a")).toBe(true);
    loading.open("older");
    expect(await load).toBe("older");
    expect(await other.getOrSet("a", down)).toBe("old");
    expect(await other.getOrSet("a", () => "new", { retryAfter: 0 })).toBe("new");
  });

  it("a touch by the other begins a life anew, and not that of an entry that is gone", async () => {
    await cache.set("a", { n: 1 }, { ttl: 20_000 });
    expect(await other.touch("a", "1h")).toBe(true);
    const found = await other.lookup("a");
    expect(found).toMatchObject({ value: { n: 1 }, status: "fresh" });
    expect(found.staleAt).toBeGreaterThan((found.createdAt ?? 0) + 3_000_000);
    await cache.delete("a");
    expect(await other.touch("a", "1h")).toBe(false);
  });

  it("a delete by the other during a load wins", async () => {
    const loading = gate<string>();
    const load = vi.fn(() => loading.opened);
    const answer = cache.getOrSet("a", load);
    await until("it loads", () => load.mock.calls.length === 1);
    await other.delete("a");
    loading.open("old");
    expect(await answer).toBe("old");
    expect(await other.get("a")).toBeUndefined();
    expect(await cache.get("a")).toBeUndefined();
  });

  it("tags fall for both, and namespaces are cleared for both", async () => {
    const names = [cache, other].map((one) => one.namespace("n", { clear: true })) as [Cache, Cache];
    await cache.set("a", 1, { tags: ["t"] });
    await names[0].set("a", 1);
    expect([await other.get("a"), await names[1].get("a")]).toEqual([1, 1]);
    await other.invalidateTags(["t"]);
    await names[1].clear();
    expect([await cache.get("a"), await names[0].get("a")]).toEqual([undefined, undefined]);
  });

  it("many are loaded together, and found together", async () => {
    const keys = Array.from({ length: 100 }, (_, key) => key);
    const load = vi.fn((asked: readonly number[]) => asked.map((key) => ({ key })));
    await cache.getOrSetMany(keys, load);
    expect(load).toHaveBeenCalledTimes(1);
    expect(await other.getMany(keys)).toEqual(keys.map((key) => ({ key })));
  });

  it("clear removes all, for both", async () => {
    await cache.set("a", 1);
    await cache.clear();
    expect(await cache.get("a")).toBeUndefined();
    expect(await other.get("a")).toBeUndefined();
  });
});

describe("while Redis is away", () => {
  let own: RedisServer;
  let cache: Cache;
  const TIMEOUT = 200;
  beforeEach(async () => {
    own = await startRedis();
    const near = memory({ maxEntries: 1 });
    const far = redis({ url: own.url, timeout: TIMEOUT });
    // On a busy machine the first connection may take longer than the deadline.
    await until("it is connected", async () => (await far.read("none")) === undefined);
    cache = createCache({ backend: compose(near, far), ttl: "1m" });
    await cache.set("a", 1);
    await cache.set("b", 2, { tags: ["t"] });
  });
  afterEach(async () => {
    await cache.close();
    await own.close();
  });

  it("killed: loads answer, deletes are made up for when it is back, and no process dies of it", async () => {
    await own.kill();
    expect(await cache.getOrSet("a", () => "loaded")).toBe("loaded");
    expect(await cache.get("c")).toBeUndefined();
    await cache.set("c", 3);
    expect(await cache.delete("c")).toBe(true);
    await cache.invalidateTags(["t"]);
    expect(await cache.get("b")).toBeUndefined();
    await own.restart();
    await until("Redis is back", async () =>
      (await cache.lookup("none")).tiers.every(({ status }) => status !== "error"),
    );
    await cache.set("e", 5);
    expect((await cache.lookup("e")).value).toBe(5);
  });

  it("stopped: loads answer, and a delete holds when it goes on", async () => {
    own.stop();
    expect(await cache.getOrSet("a", () => "loaded")).toBe("loaded");
    const deleting = cache.delete("a");
    await deleting;
    expect(await cache.get("a")).toBeUndefined();
    own.resume();
    const fresh = createCache({ backend: redis({ url: own.url }), ttl: "1m" });
    await until("the delete is made up for", async () => (await fresh.get("a")) === undefined);
    expect(await cache.get("a")).toBeUndefined();
    await fresh.close();
  });

  it("answers 1,000 callers at once without piling up, and closes in time", async () => {
    own.stop();
    const start = performance.now();
    const answers = await Promise.all(
      Array.from({ length: 1_000 }, (_, key) => cache.getOrSet(["k", key], () => key)),
    );
    expect(answers[999]).toBe(999);
    // One after the other they would take 200 s.
    expect(performance.now() - start).toBeLessThan(15_000);
    own.resume();
    await settled();
  });
});

it("a cache over a redis() that two share goes on after the other is closed", async () => {
  const far = redis({ url: server.url, prefix: "shared", coherence: "tracking" });
  const over = (): Cache => createCache({ backend: compose(memory({ maxEntries: 10 }), far), ttl: "1m" });
  const [one, other] = [over(), over()];
  await one.set("a", 1);
  await one.close();
  expect(await other.get("a")).toBe(1);
  await other.set("a", 2);
  expect(await other.lookup("a")).toMatchObject({ value: 2, status: "fresh" });
  await other.close();
});
