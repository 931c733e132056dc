import { createCache, type LoadMessage } from "@hitbox/cache";
import { faulty } from "@hitbox/conformance";
import { json } from "@hitbox/core";
import { memory } from "@hitbox/memory";
import { expect, it, vi } from "vitest";
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
