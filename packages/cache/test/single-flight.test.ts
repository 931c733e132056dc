import { createCache, type LoadMessage } from "@hitbox/cache";
import { faulty } from "@hitbox/conformance";
import { json } from "@hitbox/core";
import { memory } from "@hitbox/memory";
import { expect, it, onTestFinished, vi } from "vitest";
import { testClock } from "./support/clock.ts";
import { gate, settled } from "./support/gate.ts";
import { heard } from "./support/heard.ts";
import { sharedStore } from "./support/shared-store.ts";

const open = () => createCache({ backend: sharedStore(Date.now), ttl: "1m", lease: false });

it("10,000 concurrent misses of one key run the loader once", async () => {
  const cache = open();
  const load = vi.fn(async () => ({ name: "Ada" }));
  const answers = await Promise.all(Array.from({ length: 10_000 }, () => cache.getOrSet("user", load)));
  expect(load).toHaveBeenCalledTimes(1);
  expect(answers.every((answer) => answer.name === "Ada")).toBe(true);
});

it("callers of one load share no object that can be changed", async () => {
  for (const format of [undefined, json()]) {
    const cache = createCache({ backend: memory({ maxEntries: 10, format }), ttl: "1m" });
    const [one, two] = await Promise.all([1, 2].map(() => cache.getOrSet("a", () => ({ list: [1] }))));
    try {
      one?.list.push(2);
    } catch {
      // Frozen.
    }
    expect(two).toEqual({ list: [1] });
    expect(await cache.get("a")).toEqual({ list: [1] });
  }
});

it("a caller who goes away leaves the load to the others", async () => {
  const cache = open();
  const loading = gate<number>();
  const leaving = new AbortController();
  let told: AbortSignal | undefined;
  const load = ({ signal }: { signal: AbortSignal }): Promise<number> => {
    told = signal;
    return loading.opened;
  };
  const left = cache.getOrSet("a", load, { signal: leaving.signal });
  const stays = cache.getOrSet("a", load, { signal: new AbortController().signal });
  await settled();
  leaving.abort(new Error("enough"));
  await expect(left).rejects.toThrow("enough");
  expect(told?.aborted).toBe(false);
  loading.open(1);
  expect(await stays).toBe(1);
  expect(await cache.get("a")).toBe(1);
});

it("the last caller who goes away ends the load, and nothing is stored", async () => {
  const cache = open();
  const loads = heard<LoadMessage>("load");
  const callers = [new AbortController(), new AbortController()];
  let told: AbortSignal | undefined;
  const answers = callers.map(({ signal }) =>
    cache.getOrSet(
      "a",
      (context) => {
        told = context.signal;
        return new Promise<number>(() => {});
      },
      { signal },
    ),
  );
  await settled();
  for (const caller of callers) caller.abort();
  expect(await Promise.allSettled(answers)).toMatchObject([{ status: "rejected" }, { status: "rejected" }]);
  expect(told?.aborted).toBe(true);
  await settled();
  expect(loads).toMatchObject([{ outcome: "failed" }]);
  expect(await cache.get("a")).toBeUndefined();
  // And the next caller begins anew.
  expect(await cache.getOrSet("a", () => 2)).toBe(2);
});

it("all callers who go away while the backend is read keep the loader from being called", async () => {
  const cache = open();
  const caller = new AbortController();
  const load = vi.fn(() => 1);
  const answer = cache.getOrSet("a", load, { signal: caller.signal });
  caller.abort(new Error("enough"));
  await expect(answer).rejects.toThrow("enough");
  await settled();
  expect(load).not.toHaveBeenCalled();
});

it("a caller who has gone away before calls nothing", async () => {
  const store = faulty(memory({ maxEntries: 10 }), { script: () => ({ fail: "connection" }) });
  const cache = createCache({ backend: store, ttl: "1m" });
  const load = vi.fn(() => 1);
  const signal = AbortSignal.abort(new Error("gone"));
  await expect(cache.getOrSet("a", load, { signal })).rejects.toThrow("gone");
  expect(load).not.toHaveBeenCalled();
});

it("a loader that throws rejects for all who wait, and is not stored", async () => {
  const cache = open();
  const failure = new Error("no such user");
  const load = vi.fn((): number => {
    throw failure;
  });
  const answers = await Promise.allSettled(Array.from({ length: 100 }, () => cache.getOrSet("a", load)));
  expect(load).toHaveBeenCalledTimes(1);
  for (const answer of answers) expect(answer).toEqual({ status: "rejected", reason: failure });
  expect(await cache.getOrSet("a", () => 2)).toBe(2);
});

it("a caller can give up at a deadline of its own", async () => {
  const cache = open();
  const loading = gate<number>();
  const patient = cache.getOrSet("a", () => loading.opened);
  const hasty = cache.getOrSet("a", () => 0, { signal: AbortSignal.timeout(5) });
  await expect(hasty).rejects.toMatchObject({ name: "TimeoutError" });
  loading.open(1);
  expect(await patient).toBe(1);
});

it("who has heard the answer finds it in the cache", async () => {
  const cache = open();
  await cache.getOrSet("a", () => 1);
  const load = vi.fn(() => 2);
  expect(await cache.getOrSet("a", load)).toBe(1);
  expect(load).not.toHaveBeenCalled();
});

it("a signal keeps no listener when its call is over", async () => {
  const cache = open();
  const { signal } = new AbortController();
  const add = vi.spyOn(signal, "addEventListener");
  const remove = vi.spyOn(signal, "removeEventListener");
  for (let key = 1; key <= 20; key++) await cache.getOrSet(key, () => 1, { signal });
  await settled();
  expect(remove.mock.calls.length).toBe(add.mock.calls.length);
});

it("no caller of one load sees what another, told before it, does to the answer", async () => {
  const shared = sharedStore(Date.now);
  await createCache({ backend: shared, ttl: "1m" }).set("stored", { list: [1] });
  const cache = createCache({ backend: shared, ttl: "1m", lease: false });
  const made = async (): Promise<{ list: number[] }> => ({ list: [1] });
  const one = (key: string) => cache.getOrSet(key, made);
  const many = async (key: string) => {
    const [value] = await cache.getOrSetMany([key], async () => [await made()]);
    return value as { list: number[] };
  };
  for (const callers of [
    [one, one, one],
    [many, many, many],
    [one, many],
    [many, one],
  ]) {
    for (const key of ["loaded", "stored"]) {
      const lengths = await Promise.all(callers.map(async (ask) => (await ask(key)).list.push(2)));
      expect(new Set(lengths)).toEqual(new Set([2]));
    }
    await cache.delete("loaded");
  }
});

it("values without end are the answer for all who wait, too", async () => {
  const cache = open();
  const endless: { self?: unknown } = {};
  endless.self = endless;
  let deep = {};
  for (let level = 0; level < 50_000; level++) deep = { deep };
  for (const value of [endless, Object.freeze({ ...endless }), deep]) {
    const answers = await Promise.all([1, 2].map(() => cache.getOrSet("a", () => value)));
    expect(answers.every((answer) => answer === value)).toBe(true);
  }
});

it("a caller who goes away while others are answered from the background is told at once", async () => {
  const { now, advance } = testClock();
  const reading = gate();
  const store = sharedStore(now);
  const { readMany: _, ...rest } = store;
  let isSlow = false;
  const slow = {
    ...rest,
    supports: { ...store.supports, readMany: false as const },
    read: async (key: string) => {
      if (isSlow) await reading.opened;
      return store.read(key);
    },
  };
  const cache = createCache({ backend: slow, ttl: "10s", staleWhileRevalidate: "5s", lease: false, now });
  await cache.set("a", 1);
  advance(11_000);
  expect(await cache.getOrSet("a", () => new Promise<number>(() => {}))).toBe(1);
  await settled();
  advance(5_000);
  isSlow = true;
  const caller = new AbortController();
  const load = vi.fn(() => 2);
  const answer = cache.getOrSet("a", load, { signal: caller.signal });
  await settled();
  caller.abort(new Error("enough"));
  await expect(answer).rejects.toThrow("enough");
  reading.open();
  await settled();
  expect(load).not.toHaveBeenCalled();
});

it("many who wait with one signal are no leak to warn of", async () => {
  const cache = open();
  const warnings: Error[] = [];
  const warn = (warning: Error): void => void warnings.push(warning);
  process.on("warning", warn);
  onTestFinished(() => void process.off("warning", warn));
  const { signal } = new AbortController();
  const keys = Array.from({ length: 20 }, (_, index) => index);
  await cache.getOrSetMany(keys, (missing) => missing, { signal });
  await settled();
  expect(warnings).toEqual([]);
});

it("a loader that ends its own caller and throws leaves no rejection unheard", async () => {
  const cache = open();
  const unheard = vi.fn();
  process.on("unhandledRejection", unheard);
  onTestFinished(() => void process.off("unhandledRejection", unheard));
  const caller = new AbortController();
  const load = (): number => {
    caller.abort(new Error("enough"));
    throw new Error("no such user");
  };
  await expect(cache.getOrSet("a", load, { signal: caller.signal })).rejects.toThrow("enough");
  await settled();
  expect(unheard).not.toHaveBeenCalled();
});
