import { type CacheOptions, createCache, type ErrorMessage } from "@hitbox/cache";
import { compose } from "@hitbox/composition";
import { type Fault, faulty } from "@hitbox/conformance";
import { type Backend, BackendError } from "@hitbox/core";
import { memory } from "@hitbox/memory";
import { deadline } from "@hitbox/wrappers";
import { afterEach, beforeEach, describe, expect, it, onTestFinished, vi } from "vitest";
import { heard } from "./support/heard.ts";
import { sharedStore } from "./support/shared-store.ts";

const DEADLINE = 100;
const FAULTS: readonly (readonly [string, Fault, number])[] = [
  ["away", { fail: "connection" }, 0],
  ["failing in its own way", { fail: new Error("OOM") }, 0],
  ["silent", "hang", DEADLINE],
];

beforeEach(() => void vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "Date", "performance"] }));
afterEach(() => void vi.useRealTimers());

function away(fault: Fault): Backend<unknown> {
  return deadline(faulty(sharedStore(Date.now), { script: () => fault }), { after: DEADLINE });
}

/** How long it takes until `work` is done, by the fake clock. */
async function timed<T>(work: Promise<T>): Promise<{ readonly ms: number; readonly result: T }> {
  const start = Date.now();
  let isOver = false;
  const end = (): void => {
    isOver = true;
  };
  work.then(end, end);
  while (!isOver && Date.now() - start < 10_000) {
    await new Promise((resolve) => setImmediate(resolve));
    await new Promise((resolve) => setImmediate(resolve));
    if (!isOver) await vi.advanceTimersByTimeAsync(10);
  }
  return { ms: Date.now() - start, result: await work };
}

describe.each(FAULTS)("while the backend is %s", (_, fault, most) => {
  const open = (options: Partial<CacheOptions> = {}) =>
    createCache({ backend: away(fault), ttl: "1m", ...options });

  it("getOrSet costs its deadline once, then the loader answers", async () => {
    const errors = heard<ErrorMessage>("error");
    const { ms, result } = await timed(open().getOrSet("a", () => 1));
    expect(result).toBe(1);
    expect(ms).toBeLessThanOrEqual(most + 20);
    expect(errors[0]).toMatchObject({ operation: "get", key: "a" });
  });

  it("so it does with tags, and over a memory tier", async () => {
    const backend = compose(memory({ maxEntries: 10 }), away(fault));
    const { ms, result } = await timed(open({ backend, tags: ["t"] }).getOrSet("a", () => 1));
    expect(result).toBe(1);
    expect(ms).toBeLessThanOrEqual(most + 20);
  });

  it("so do many keys, together", async () => {
    const load = vi.fn((keys: readonly number[]) => keys.map((key) => key * 2));
    const { ms, result } = await timed(open().getOrSetMany([1, 2, 3], load));
    expect(result).toEqual([2, 4, 6]);
    expect(load).toHaveBeenCalledTimes(1);
    expect(ms).toBeLessThanOrEqual(most + 20);
  });

  it("nothing else fails either", async () => {
    const cache = open();
    expect((await timed(cache.get("a"))).result).toBeUndefined();
    expect((await timed(cache.getMany(["a", "b"]))).result).toEqual([undefined, undefined]);
    expect((await timed(cache.has("a"))).result).toBe(false);
    expect((await timed(cache.lookup("a"))).result).toMatchObject({ status: "miss" });
    await timed(cache.set("a", 1));
    await timed(
      cache.setMany([
        ["a", 1],
        ["b", 2],
      ]),
    );
    expect((await timed(cache.delete("a"))).result).toBe(false);
    expect((await timed(cache.deleteMany(["a", "b"]))).result).toEqual([false, false]);
    await timed(cache.invalidateTags(["t"]));
    expect(cache.getSync("a")).toBeUndefined();
  });

  it('all fail with onBackendError "throw"', async () => {
    const cache = open({ onBackendError: "throw" });
    const operations = [
      () => cache.get("a"),
      () => cache.getOrSet("a", () => 1),
      () => cache.getOrSetMany(["a"], () => [1]),
      () => cache.set("a", 1),
      () => cache.delete("a"),
      () => cache.invalidateTags(["t"]),
      () => cache.lookup("a"),
    ];
    for (const operation of operations)
      await expect(timed(operation())).rejects.toMatchObject({ name: "BackendError" });
  });

  it("clear says that it has not been done", async () => {
    await expect(timed(open().clear())).rejects.toMatchObject({ name: "BackendError" });
  });
});

it("one call may ask for the errors of the backend, or not to hear of them", async () => {
  const cache = createCache({ backend: away({ fail: "connection" }), ttl: "1m" });
  await expect(cache.getOrSet("a", () => 1, { onBackendError: "throw" })).rejects.toMatchObject({
    code: "connection",
  });
  const strict = createCache({ backend: away({ fail: "connection" }), ttl: "1m", onBackendError: "throw" });
  expect(await strict.getOrSet("a", () => 1, { onBackendError: "ignore" })).toBe(1);
});

it("a store that fails to write does not fail the load, unless asked", async () => {
  const store = faulty(memory({ maxEntries: 10 }), {
    operations: ["write"],
    script: () => ({ fail: "connection" }),
  });
  const cache = createCache({ backend: store, ttl: "1m" });
  const loads = heard("load");
  expect(await cache.getOrSet("a", () => 1)).toBe(1);
  expect(loads).toMatchObject([{ outcome: "unstored", error: { code: "connection" } }]);
  await expect(cache.getOrSet("a", () => 1, { onBackendError: "throw" })).rejects.toMatchObject({
    code: "connection",
  });
});

it("a value that no tier can take is answered with, and a set of it fails", async () => {
  const cache = createCache({ backend: sharedStore(Date.now), ttl: "1m" });
  await cache.set("a", "old");
  const loads = heard("load");
  expect(await cache.getOrSet("b", () => 1n)).toBe(1n);
  expect(loads).toMatchObject([{ outcome: "unstored", error: { code: "serialization" } }]);
  await expect(cache.set("a", 1n)).rejects.toMatchObject({ code: "serialization" });
  expect(await cache.get("a")).toBe("old");
});

it("a value that memory refuses at once leaves nothing unheard of the store that keeps its tags", async () => {
  const unheard = vi.fn();
  process.on("unhandledRejection", unheard);
  onTestFinished(() => void process.off("unhandledRejection", unheard));
  const cache = createCache({
    backend: compose(memory({ maxEntries: 10 }), away({ fail: "connection" })),
    ttl: "1m",
  });
  const value = { run: () => 1 };
  expect(await cache.getOrSet("a", () => value, { tags: ["x"] })).toBe(value);
  for (let turn = 0; turn < 5; turn++) await new Promise((resolve) => setImmediate(resolve));
  expect(unheard).not.toHaveBeenCalled();
});

it("a damaged entry is missing, and stored anew, whatever onBackendError says", async () => {
  const store = sharedStore(Date.now);
  const cache = createCache({ backend: store, ttl: "1m", onBackendError: "throw" });
  await cache.set("a", 1);
  const stored = await store.read("a");
  if (stored !== undefined && !BackendError.is(stored))
    await store.write("a", { ...stored, payload: Buffer.from("{") });
  expect(await cache.getOrSet("a", () => 2)).toBe(2);
  for (let turn = 0; turn < 5; turn++) await new Promise((resolve) => setImmediate(resolve));
  expect(await cache.get("a")).toBe(2);
});
