import { createCache, type LoaderContext, NothingToKeepError } from "@hitbox/cache";
import { compose } from "@hitbox/composition";
import { cacheBackend, json } from "@hitbox/core";
import { memory } from "@hitbox/memory";
import { describe, expect, it, vi } from "vitest";
import { z } from "zod";
import { testClock } from "./support/clock.ts";
import { gate, settled } from "./support/gate.ts";
import { sharedStore } from "./support/shared-store.ts";

const SECOND = 1_000;

function open(options: Record<string, unknown> = {}) {
  const { now, advance } = testClock();
  const cache = createCache({
    backend: memory({ maxEntries: 100, now }),
    ...{ ttl: "10s", staleIfError: "1h", now, ...options },
  });
  return { cache, now, advance };
}

const keep = ({ notModified }: LoaderContext<unknown>) => notModified();

it("keeps the value with a new life, from the beginning of the load", async () => {
  const { cache, now, advance } = open();
  const began = now();
  const first = { etag: "1", body: [1, 2] };
  await cache.getOrSet("a", () => first);
  advance(15 * SECOND);
  const told: unknown[] = [];
  const lookup = await cache.lookup<typeof first>("a", async (context) => {
    told.push(context.hasStale, context.stale, context.staleCreatedAt);
    advance(2 * SECOND);
    return context.notModified();
  });
  expect(told).toEqual([true, first, began]);
  expect(lookup).toMatchObject({ value: first, status: "expired", stored: true, age: 2 * SECOND });
  expect(await cache.lookup("a")).toMatchObject({
    ...{ value: first, status: "fresh", createdAt: began + 15 * SECOND, staleAt: began + 25 * SECOND },
  });
});

it("the loader says how long, and what else it returns does not count", async () => {
  const { cache, now, advance } = open();
  await cache.getOrSet("a", () => 1);
  advance(15 * SECOND);
  const load = ({ setTtl, notModified }: LoaderContext<number>): number => {
    setTtl("1m");
    (notModified as () => void)();
    return 2;
  };
  expect(await cache.getOrSet("a", load)).toBe(1);
  expect(await cache.lookup("a")).toMatchObject({ value: 1, staleAt: now() + 60 * SECOND });
});

it("is asked for by a refresh in the background, too, ahead of the end or after it", async () => {
  const { cache, advance } = open({ staleWhileRevalidate: "1h", refreshAhead: 0.5 });
  await cache.getOrSet("a", () => 1);
  for (const pass of [6, 12, 5]) {
    advance(pass * SECOND);
    expect(await cache.getOrSet<unknown>("a", keep)).toBe(1);
    await cache.idle();
    expect(await cache.lookup("a")).toMatchObject({ value: 1, status: "fresh", age: 0 });
  }
});

it("the value keeps the time of the load that made it", async () => {
  const { cache, advance } = open();
  await cache.getOrSet("a", () => {
    advance(3 * SECOND);
    return 1;
  });
  advance(15 * SECOND);
  await cache.getOrSet("a", (context) => {
    advance(5);
    return context.notModified();
  });
  expect(await cache.lookup("a")).toMatchObject({ loadMs: 3 * SECOND });
});

it("'not found' is kept as 'not found'", async () => {
  const { cache, now, advance } = open({ notFoundTtl: "10s", refreshAhead: 0.1 });
  await cache.getOrSet("a", () => undefined);
  advance(5 * SECOND);
  const seen: unknown[] = [];
  await cache.getOrSet<unknown>("a", (context) => {
    seen.push(context.hasStale, context.stale);
    return context.notModified();
  });
  await cache.idle();
  expect(seen).toEqual([true, undefined]);
  expect(await cache.lookup("a")).toMatchObject({ status: "fresh", value: undefined, createdAt: now() });
});

it("callers share no value that can be changed, and a loader changes none", async () => {
  const { now, advance } = testClock();
  const backend = memory({ maxEntries: 100, format: json(), now });
  const cache = createCache({ backend, ttl: "10s", staleIfError: "1h", now });
  await cache.set("a", { list: [1] });
  advance(15 * SECOND);
  const loading = gate();
  const load = async ({ stale, notModified }: LoaderContext<{ list: number[] }>) => {
    stale?.list.push(2);
    await loading.opened;
    return notModified();
  };
  const answers = [1, 2].map(() => cache.getOrSet<{ list: number[] }>("a", load));
  loading.open();
  for (const answer of await Promise.all(answers)) {
    expect(answer).toEqual({ list: [1] });
    answer.list.push(3);
  }
  expect(await cache.get("a")).toEqual({ list: [1] });
});

describe("tags", () => {
  it("those of the call and those that the value had go on", async () => {
    const { cache, advance } = open();
    await cache.getOrSet("a", ({ setTags }) => {
      setTags(["team:7"]);
      return 1;
    });
    advance(15 * SECOND);
    await cache.getOrSet<unknown>("a", keep, { tags: ["users"] });
    expect((await cache.lookup("a")).tags).toEqual(["users", "team:7"]);
    await cache.invalidateTags(["team:7"]);
    expect(await cache.get("a")).toBeUndefined();
  });

  it("the loader can name others", async () => {
    const { cache, advance } = open();
    await cache.set("a", 1, { tags: ["old"] });
    advance(15 * SECOND);
    await cache.getOrSet<unknown>("a", ({ setTags, notModified }) => {
      setTags(["new"]);
      return notModified();
    });
    expect((await cache.lookup("a")).tags).toEqual(["new"]);
  });

  it("functions of the value decide by the value that is kept", async () => {
    const { cache, now, advance } = open();
    const options = { tags: (value: number) => [`n:${value}`], ttl: (value: number) => value * SECOND };
    await cache.getOrSet("a", () => 20, options);
    advance(25 * SECOND);
    await cache.getOrSet<number>("a", keep, options);
    const { staleAt, tags } = await cache.lookup("a");
    expect({ staleAt, tags }).toEqual({ staleAt: now() + 20 * SECOND, tags: ["n:20"] });
  });

  it("an invalidation by another process while the loader runs stands", async () => {
    const { now, advance } = testClock();
    const store = cacheBackend(sharedStore(now), { now });
    const [here, there] = [0, 1].map(() =>
      createCache({ backend: store, ttl: "10s", staleIfError: "1h", now }),
    ) as [ReturnType<typeof createCache>, ReturnType<typeof createCache>];
    await here.set("a", 1, { tags: ["named by the loader"] });
    advance(15 * SECOND);
    const loading = gate();
    const call = here.getOrSet<unknown>("a", async ({ notModified }) => {
      await loading.opened;
      return notModified();
    });
    await settled();
    await there.invalidateTags(["named by the loader"]);
    loading.open();
    expect(await call).toBe(1);
    expect(await here.get("a")).toBeUndefined();
    expect(await there.get("a")).toBeUndefined();
  });

  it("an expired tag of another process while the loader runs stands", async () => {
    const { now, advance } = testClock();
    const store = cacheBackend(sharedStore(now), { now });
    const [here, there] = [0, 1].map(() =>
      createCache({ backend: store, ttl: "10s", staleIfError: "1h", now }),
    ) as [ReturnType<typeof createCache>, ReturnType<typeof createCache>];
    await here.set("a", 1, { tags: ["named by the loader"] });
    advance(15 * SECOND);
    const loading = gate();
    const call = here.getOrSet<unknown>("a", async ({ notModified }) => {
      await loading.opened;
      return notModified();
    });
    await settled();
    await there.expireTags(["named by the loader"]);
    loading.open();
    expect(await call).toBe(1);
    expect(await here.get("a")).toBeUndefined();
    expect((await there.lookup("a")).status).not.toBe("fresh");
  });
});

describe("with a schema", () => {
  const Raw = z.object({ at: z.string() });
  const Parsed = Raw.transform(({ at }) => ({ at: at.length }));

  it("keeps what was stored, and answers with what the schema makes of it", async () => {
    const { cache, advance } = open();
    const entity = cache.entity<unknown, string>({ prefix: "e", schema: Parsed });
    await entity.getOrSet("a", () => ({ at: "four" }));
    advance(15 * SECOND);
    expect(await entity.getOrSet("a", keep)).toEqual({ at: 4 });
    expect(await entity.get("a")).toEqual({ at: 4 });
  });

  it("a value of an earlier version is kept as one of this version", async () => {
    const { cache, advance } = open();
    const old = cache.entity<unknown, string>({
      prefix: "e",
      version: 1,
      schema: Raw,
      migrate: (value) => value,
    });
    await old.set("a", { at: "four" });
    advance(15 * SECOND);
    const migrate = vi.fn((value: unknown) => ({ at: `${(value as { at: string }).at}!` }));
    const current = cache.entity<unknown, string>({ prefix: "e", version: 2, schema: Raw, migrate });
    expect(await current.getOrSet("a", keep)).toEqual({ at: "four!" });
    migrate.mockClear();
    expect(await current.get("a")).toEqual({ at: "four!" });
    expect(migrate).not.toHaveBeenCalled();
  });
});

describe("without a value to keep", () => {
  it.each([
    ["there is none", async () => {}],
    ["it was deleted", async ({ cache }: ReturnType<typeof open>) => void (await cache.delete("a"))],
    ["it is invalid", ({ cache }: ReturnType<typeof open>) => cache.invalidateTags(["tag"])],
  ])("fails with an error that says so if %s", async (why, act) => {
    const opened = open();
    const { cache, advance } = opened;
    if (why !== "there is none") await cache.set("a", 1, { tags: ["tag"] });
    advance(15 * SECOND);
    await act(opened);
    const seen: unknown[] = [];
    const load = (context: LoaderContext<unknown>) => {
      seen.push(context.hasStale, context.stale, context.staleCreatedAt);
      return context.notModified();
    };
    const error = await cache.getOrSet<unknown>("a", load).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(NothingToKeepError);
    expect(error).toMatchObject({ key: "a", message: expect.stringContaining("hasStale") });
    expect(seen).toEqual([false, undefined, undefined]);
    expect(await cache.get("a")).toBeUndefined();
  });

  it("a reload reads nothing, so it has none", async () => {
    const { cache } = open();
    await cache.set("a", 1);
    await expect(cache.getOrSet<unknown>("a", keep, { mode: "reload" })).rejects.toThrow(NothingToKeepError);
    await expect(cache.getOrSet<unknown>("a", keep, { mode: "no-store" })).rejects.toThrow(
      NothingToKeepError,
    );
    expect(await cache.get("a")).toBe(1);
  });

  it("nothing is kept that another process has deleted before the lease was granted", async () => {
    const { now, advance } = testClock();
    const far = sharedStore(now);
    const make = () => {
      const backend = compose(memory({ maxEntries: 100, now }), cacheBackend(far, { now }), { now });
      return createCache({ backend, ttl: "10s", staleWhileRevalidate: "1h", now });
    };
    const [here, there] = [make(), make()];
    await here.set("a", 1);
    advance(15 * SECOND);
    await there.delete("a");
    const seen: boolean[] = [];
    const load = ({ hasStale, notModified }: LoaderContext<number>) => {
      seen.push(hasStale);
      return hasStale ? notModified() : 2;
    };
    await here.getOrSet<number>("a", load);
    await here.idle();
    expect(seen).toEqual([false]);
    expect(await there.get("a")).toBe(2);
  });
});

it("nothing is kept that a set is about to replace", async () => {
  const { now, advance } = testClock();
  const store = sharedStore(now, { leases: "no leases" });
  let writing = gate();
  writing.open();
  const slow: typeof store = {
    ...store,
    write: async (key, value, origin) => {
      await writing.opened;
      return store.write(key, value, origin);
    },
  };
  const cache = createCache({ backend: slow, ttl: "10s", staleIfError: "1h", now });
  await cache.set("a", 1);
  advance(15 * SECOND);
  writing = gate();
  const set = cache.set("a", 2);
  const load = vi.fn(({ hasStale, notModified }: LoaderContext<number>) => (hasStale ? notModified() : 3));
  const call = cache.getOrSet<number>("a", load);
  await settled();
  expect(load).toHaveBeenCalledTimes(1);
  writing.open();
  await set;
  expect(await call).toBe(3);
  expect(await cache.get("a")).toBe(3);
});

describe("a change while the loader runs wins", () => {
  it.each([
    ["a set", (cache: ReturnType<typeof createCache>) => cache.set("a", 2), 2],
    ["a delete", (cache: ReturnType<typeof createCache>) => cache.delete("a"), undefined],
    ["an invalidation", (cache: ReturnType<typeof createCache>) => cache.invalidateTags(["tag"]), undefined],
  ])("%s: the caller is answered, and nothing is stored", async (_, change, left) => {
    const { cache, advance } = open();
    await cache.set("a", 1, { tags: ["tag"] });
    advance(15 * SECOND);
    const loading = gate();
    const call = cache.lookup<unknown>("a", async ({ notModified }) => {
      await loading.opened;
      return notModified();
    });
    await settled();
    await change(cache);
    loading.open();
    expect(await call).toMatchObject({ value: 1, stored: false });
    expect(await cache.get("a")).toBe(left);
  });
});
