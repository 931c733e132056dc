import { type Cache, createCache, type StaleMessage } from "@hitbox/cache";
import { type ComposeOptions, compose } from "@hitbox/composition";
import { memory } from "@hitbox/memory";
import { redis } from "@hitbox/redis";
import { type RedisServer, startRedis, until } from "@hitbox/test-servers";
import { afterEach, beforeEach, describe, expect, it, onTestFinished, vi } from "vitest";
import { heard } from "./support/heard.ts";

const CALLS = 100;
let server: RedisServer;

beforeEach(async () => {
  server = await startRedis();
});
afterEach(() => server.close());

/** Milliseconds. A killed server is noticed without it, so a busy machine need not keep the short one. */
const HEARTBEAT = { short: 200, long: 20_000 };

function open(
  options: ComposeOptions,
  { heartbeat = "short" as keyof typeof HEARTBEAT, first = memory({ maxEntries: 1_000 }) } = {},
): Cache {
  const quiet = { onError: () => {}, onWarning: () => {} };
  const coherence = { by: "tracking", heartbeat: HEARTBEAT[heartbeat] } as const;
  const far = redis({ url: server.url, timeout: 400, coherence, ...quiet });
  const backend = compose(first, far, options);
  const cache = createCache({ backend, ttl: "10m", ...quiet });
  onTestFinished(async () => void (await cache.close().catch(() => {})));
  return cache;
}

/** Stores "plain" and "tagged", and waits until memory answers with both. */
async function filled(cache: Cache): Promise<void> {
  await until("memory answers", async () => {
    await cache.set("plain", "value");
    await cache.set("tagged", "value", { tags: ["t"] });
    await cache.get("tagged");
    const sources = [await cache.lookup("plain"), await cache.lookup("tagged")].map(({ source }) => source);
    return sources.every((source) => source === "memory>redis.memory");
  });
}

/** How often the loader is called by calls for each key, one after the other. */
async function loads(cache: Cache): Promise<number> {
  const load = vi.fn(async () => "value");
  for (let call = 0; call < CALLS; call++) {
    expect(await cache.getOrSet("plain", load)).toBe("value");
    expect(await cache.getOrSet("tagged", load, { tags: ["t"] })).toBe("value");
  }
  return load.mock.calls.length;
}

const isLost = async (cache: Cache): Promise<boolean> => (await cache.lookup("plain")).status !== "fresh";

describe.each([
  ["killed", () => server.kill()],
  ["stopped (SIGSTOP)", async () => server.stop()],
])("while Redis is %s", (_, goAway) => {
  it("memory answers on, with tags and without, marked stale, and nothing is loaded", async () => {
    const cache = open({ whenLost: { serve: 600_000 } });
    await filled(cache);
    await goAway();
    await until("the loss is noticed", () => isLost(cache));
    const stale = heard<StaleMessage>("stale");
    expect(await loads(cache)).toBe(0);
    expect(stale).toHaveLength(2 * CALLS);
    expect(stale[0]).toMatchObject({ why: "lost", tier: "memory>redis.memory", error: undefined });
    expect(await cache.lookup("tagged")).toMatchObject({ status: "stale", source: "memory>redis.memory" });
    expect(cache.stats()).toMatchObject({ stale: 2 * CALLS });
  });

  it("this process sees its own changes", async () => {
    const cache = open({ whenLost: { serve: 600_000 } });
    await filled(cache);
    await goAway();
    await until("the loss is noticed", () => isLost(cache));
    await cache.set("plain", "new");
    expect(await cache.get("plain")).toBe("new");
    await cache.delete("plain");
    expect(await cache.get("plain")).toBeUndefined();
    await cache.invalidateTags(["t"]);
    expect(await cache.get("tagged")).toBeUndefined();
  });
});

it("an entry whose tags have been found valid is the answer, though their records have gone", async () => {
  const first = memory({ maxEntries: 1_000 });
  const cache = open({ whenLost: { serve: 600_000 } }, { heartbeat: "long", first });
  await filled(cache);
  // A hit says that the tags are valid, as soon as the cache itself hears of changes of the records.
  for (let call = 0; call < 3; call++) {
    expect(await cache.get("tagged")).toBe("value");
    await new Promise((resolve) => setImmediate(resolve));
  }
  await server.kill();
  await until("the loss is noticed", () => isLost(cache));
  await first.remove("%tag:t");
  expect(await cache.lookup("tagged")).toMatchObject({ value: "value", status: "stale" });
});

it("every call loads while Redis is away if nothing else is said", async () => {
  const cache = open({});
  await filled(cache);
  await server.kill();
  await until("the loss is noticed", () => isLost(cache));
  expect(await loads(cache)).toBe(2 * CALLS);
});

it("every call loads once whenLost is over", async () => {
  const cache = open({ whenLost: { serve: 1 } });
  await filled(cache);
  await server.kill();
  await until("the loss is noticed, and over", async () => (await cache.lookup("plain")).status === "miss");
  expect(await loads(cache)).toBe(2 * CALLS);
});

it("a value that another process has set meanwhile is the answer once Redis is back, and fresh", async () => {
  const cache = open({ whenLost: { serve: 600_000 } });
  await filled(cache);
  await server.kill();
  await until("the loss is noticed", () => isLost(cache));
  await server.restart();
  const other = createCache({ backend: redis({ url: server.url }), ttl: "10m" });
  onTestFinished(() => other.close());
  await other.set("plain", "other's");
  await until("it is the answer", async () => {
    const { status, value } = await cache.lookup("plain");
    return status === "fresh" && value === "other's";
  });
  // Reads go to Redis from the first answer on, and changes may be heard a moment later.
  await until("memory gives no older value", async () => (await cache.get("tagged")) === undefined);
});
