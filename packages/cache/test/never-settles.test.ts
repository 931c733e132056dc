import { type Cache, type CacheOptions, createCache, type StandardSchema } from "@hitbox/cache";
import { compose } from "@hitbox/composition";
import { cacheBackend } from "@hitbox/core";
import { memory } from "@hitbox/memory";
import { afterEach, beforeEach, describe, expect, it, onTestFinished, vi } from "vitest";
import { gate } from "./support/gate.ts";
import { sharedStore } from "./support/shared-store.ts";
import { timed } from "./support/timed.ts";
import { unheardRejections } from "./support/unheard.ts";

// Loaders, schemas and tiers that never answer: every call settles within its timeouts all the same.

beforeEach(() => void vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "Date", "performance"] }));
afterEach(() => void vi.useRealTimers());

const never = <T>(): Promise<T> => new Promise<T>(() => {});
const TIMEOUT = { name: "TimeoutError" };

function open(options: Partial<CacheOptions> = {}): Cache {
  return createCache({ backend: sharedStore(Date.now), ttl: "1m", ...options });
}

async function expectTimeout(work: Promise<unknown>, after: number): Promise<void> {
  const start = Date.now();
  await expect(timed(work)).rejects.toMatchObject(TIMEOUT);
  expect(Date.now() - start).toBeGreaterThanOrEqual(after);
  expect(Date.now() - start).toBeLessThanOrEqual(after + 20);
}

/** A schema that answers once, and then never again. */
function stuck(): StandardSchema<number> {
  let times = 0;
  const validate = (value: unknown) =>
    times++ === 0 ? { value: value as number } : never<{ value: number }>();
  return { "~standard": { version: 1, vendor: "test", validate } };
}

it("a loader that never answers fails after 30 s, if no hardTimeout is given", async () => {
  await expectTimeout(
    open().getOrSet("a", () => never<number>()),
    30_000,
  );
});

it("a loader that never answers may take for ever, if hardTimeout says so", async () => {
  const loading = gate<number>();
  const answer = open({ hardTimeout: Number.POSITIVE_INFINITY }).getOrSet("a", () => loading.opened);
  await vi.advanceTimersByTimeAsync(3_600_000);
  loading.open(1);
  expect((await timed(answer)).result).toBe(1);
});

it("a loader whose answer is a thenable that never calls back fails after hardTimeout", async () => {
  const thenable = { then: () => {} } as unknown as PromiseLike<number>;
  await expectTimeout(
    open({ hardTimeout: 500 }).getOrSet("a", () => thenable),
    500,
  );
});

describe.each<[string, (users: ReturnType<typeof entity>) => Promise<unknown>]>([
  ["get", (users) => users.get("a")],
  ["getMany", (users) => users.getMany(["a"])],
  ["has", (users) => users.has("a")],
  ["lookup", (users) => users.lookup("a")],
  ["getOrSet", (users) => users.getOrSet("a", () => 2)],
  ["getOrSetMany", (users) => users.getOrSetMany(["a"], () => [2])],
])("%s of an entry whose validation never ends", (_, ask) => {
  it("fails after hardTimeout", async () => {
    const users = entity({ hardTimeout: 500 });
    await timed(users.getOrSet("a", () => 1));
    await expectTimeout(ask(users), 500);
  });
});

it("a set whose validation never ends fails after hardTimeout, and holds up no later change", async () => {
  const cache = open({ hardTimeout: 500 });
  const users = cache.entity<number>({ prefix: "user", schema: stuck() });
  await timed(users.set("a", 1));
  const set = expectTimeout(users.set("a", 2), 500);
  const others = cache.entity<number>({ prefix: "user" });
  const after = [others.set("a", 3), users.delete("b"), others.expire("a")];
  await set;
  await timed(Promise.all(after));
  expect((await timed(others.get("a"))).result).toBe(undefined);
});

it("a touch whose validation never ends is given up after hardTimeout, and holds up no other", async () => {
  const cache = open({ hardTimeout: 500 });
  const users = cache.entity<number>({ prefix: "user", schema: stuck() });
  await timed(users.set("a", 1));
  const touches = [users.touch("a"), cache.entity({ prefix: "user" }).touch("a")];
  const { ms, result } = await timed(Promise.all(touches));
  expect(result).toEqual([false, false]);
  expect(ms).toBeLessThanOrEqual(520);
  expect((await timed(cache.entity({ prefix: "user" }).touch("a"))).result).toBe(true);
});

function entity(options: Partial<CacheOptions>) {
  return open(options).entity<number>({ prefix: "user", schema: stuck() });
}

it("a loaded value whose validation never ends fails after hardTimeout, and holds no close up", async () => {
  const cache = open({ hardTimeout: 500, closeTimeout: 100 });
  const users = cache.entity<number>({ prefix: "user", schema: stuck() });
  await timed(users.getOrSet("a", () => 1));
  await expectTimeout(
    users.getOrSet("b", () => 1),
    500,
  );
  const left = users.getOrSet("c", () => 1).catch((error) => error);
  const reads = users.get("a").catch((error) => error);
  await vi.advanceTimersByTimeAsync(10);
  expect((await timed(cache.close())).ms).toBeLessThanOrEqual(120);
  expect(await left).toMatchObject({ code: "closed" });
  expect(await reads).toMatchObject({ code: "closed" });
});

it("a tier that never answers fails a get and a getOrSet after hardTimeout", async () => {
  const far = sharedStore(Date.now);
  const silent = {
    ...far,
    supports: { ...far.supports, readMany: false as const },
    read: () => never<undefined>(),
  };
  const cache = open({ backend: silent, hardTimeout: 500 });
  await expectTimeout(cache.get("a"), 500);
  await expectTimeout(
    cache.getOrSet("a", () => 1),
    500,
  );
  await expectTimeout(
    cache.getOrSetMany(["a", "b"], () => [1, 2]),
    500,
  );
});

it("a tier that never answers a write leaves the loaded value to be answered with after hardTimeout", async () => {
  const far = sharedStore(Date.now, { leases: "no leases" });
  const silent = { ...far, write: () => never<void>() };
  const { ms, result } = await timed(open({ backend: silent, hardTimeout: 500 }).getOrSet("a", () => 1));
  expect(result).toBe(1);
  expect(ms).toBeLessThanOrEqual(520);
});

it("a tier that never answers a request for a lease fails a getOrSet after hardTimeout", async () => {
  const far = { ...sharedStore(Date.now), lease: () => never<never>() };
  await expectTimeout(
    open({ backend: far, hardTimeout: 500 }).getOrSet("a", () => 1),
    500,
  );
});

it("a lease that another process holds is waited for no longer than hardTimeout", async () => {
  const far = sharedStore(Date.now);
  void open({ backend: cacheBackend(far), lease: "5m" })
    .getOrSet("a", () => never<number>())
    .catch(() => {});
  await vi.advanceTimersByTimeAsync(10);
  await expectTimeout(
    open({ backend: far, hardTimeout: 500, lease: "5m" }).getOrSet("a", () => 1),
    500,
  );
});

it("a caller with a shorter timeout than the load that it joins has it of its own", async () => {
  const cache = open();
  const first = cache.getOrSet("a", () => never<number>()).catch((error) => error);
  await vi.advanceTimersByTimeAsync(10);
  await expectTimeout(
    cache.getOrSet("a", () => 2, { hardTimeout: 300 }),
    300,
  );
  const many = cache.getOrSetMany(["a", "b"], (keys) => keys.map(() => 2), { hardTimeout: 300 });
  await expectTimeout(many, 300);
  expect((await timed(first)).result).toMatchObject(TIMEOUT);
});

it("a caller whose own timeout passes has the stale value within staleIfError", async () => {
  const cache = open({ ttl: 1_000, staleIfError: "1h" });
  await timed(cache.set("a", 1));
  await vi.advanceTimersByTimeAsync(1_500);
  const first = cache.getOrSet("a", () => never<number>()).catch(() => {});
  await vi.advanceTimersByTimeAsync(10);
  const { ms, result } = await timed(cache.getOrSet("a", () => 2, { hardTimeout: 300 }));
  expect(result).toBe(1);
  expect(ms).toBeLessThanOrEqual(320);
  await timed(first);
});

it("a refresh that never ends holds nobody up past the windows for longer than hardTimeout, and ends itself", async () => {
  const cache = open({ ttl: 1_000, staleWhileRevalidate: 1_000, hardTimeout: 2_000 });
  await timed(cache.set("a", 1));
  await vi.advanceTimersByTimeAsync(1_100);
  expect((await timed(cache.getOrSet("a", () => never<number>()))).result).toBe(1);
  await vi.advanceTimersByTimeAsync(1_001);
  // Its load began longer ago than ttl: it is not joined.
  const { ms, result } = await timed(cache.getOrSet("a", () => 2));
  expect(result).toBe(2);
  expect(ms).toBeLessThanOrEqual(1_100);
});

it("a caller does not join a load that began longer ago than ttl", async () => {
  const cache = open({ ttl: 1_000, lease: false });
  const loading = gate<string>();
  const first = cache.getOrSet("a", () => loading.opened);
  await vi.advanceTimersByTimeAsync(999);
  const second = cache.getOrSet("a", () => "another");
  await vi.advanceTimersByTimeAsync(2);
  expect((await timed(cache.getOrSet("a", () => "newer"))).result).toBe("newer");
  loading.open("older");
  expect(await first).toBe("older");
  expect(await second).toBe("older");
  expect((await timed(cache.get("a"))).result).toBe("newer");
});

it("nothing of what was given up is an unhandled rejection later, and no timer is left", async () => {
  const unheard = unheardRejections();
  const loading = gate<number>();
  const cache = open({
    hardTimeout: 100,
    backend: compose(memory({ maxEntries: 10 }), sharedStore(Date.now)),
  });
  await expectTimeout(
    cache.getOrSet("a", () => loading.opened),
    100,
  );
  loading.fail(new Error("late"));
  await timed(cache.getOrSet("b", () => 1));
  await timed(cache.get("c"));
  await timed(cache.getOrSetMany(["d", "e"], (keys) => keys));
  await new Promise((resolve) => setImmediate(resolve));
  expect(unheard).not.toHaveBeenCalled();
  expect(vi.getTimerCount()).toBe(0);
});

it("getOrSetMany settles though nextTick and queueMicrotask are faked, as Jest does it", async () => {
  vi.useRealTimers();
  const fakes = [
    vi.spyOn(process, "nextTick").mockImplementation(() => {}),
    vi.spyOn(globalThis, "queueMicrotask").mockImplementation(() => {}),
  ];
  onTestFinished(() => {
    for (const fake of fakes) fake.mockRestore();
  });
  const cache = createCache({ backend: memory({ maxEntries: 10 }), ttl: "1m" });
  const load = vi.fn((keys: readonly number[]) => keys.map((key) => key * 10));
  expect(await cache.getOrSetMany([1, 2, 3], load)).toEqual([10, 20, 30]);
  expect(load).toHaveBeenCalledTimes(1);
});
