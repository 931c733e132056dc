import { type CacheOptions, createCache, type ErrorMessage } from "@hitbox/cache";
import { memory } from "@hitbox/memory";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { heard } from "./support/heard.ts";
import { unheardRejections } from "./support/unheard.ts";

// Loads that all callers have left without an answer.

beforeEach(() => void vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "Date", "performance"] }));
afterEach(() => void vi.useRealTimers());

const pass = (ms: number): Promise<unknown> => vi.advanceTimersByTimeAsync(ms);

function open(options: Partial<CacheOptions> = {}) {
  let signal: AbortSignal | undefined;
  const load = vi.fn((context: { readonly signal: AbortSignal }, ms = 60) => {
    signal = context.signal;
    return new Promise<string>((resolve) => setTimeout(resolve, ms, "loaded"));
  });
  const backend = memory({ maxEntries: 100 });
  const cache = createCache({ backend, ttl: "1m", hardTimeout: 20, onAbandoned: "finish", ...options });
  return { cache, load, signal: () => signal };
}

/** Whether the call had been given up after 20 ms. */
async function isLate(call: Promise<unknown>): Promise<boolean> {
  const error = call.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  await pass(20);
  return ((await error) as Error | undefined)?.name === "TimeoutError";
}

it("finish: a load of 60 ms is stored though each caller waits for 20 ms", async () => {
  const { cache, load, signal } = open();
  cache.getOrSet("a", load).catch(() => {});
  expect(await isLate(cache.getOrSet("a", load))).toBe(true);
  expect(await isLate(cache.getOrSet("a", load))).toBe(true);
  expect(signal()?.aborted).toBe(false);
  await pass(20);
  expect(await cache.getOrSet("a", load)).toBe("loaded");
  expect(load).toHaveBeenCalledTimes(1);
});

it("finish: a caller who comes later joins the load, and is answered by it", async () => {
  const { cache, load } = open();
  await isLate(cache.getOrSet("a", load));
  await pass(25);
  const later = cache.getOrSet("a", load);
  await pass(15);
  expect(await later).toBe("loaded");
  expect(load).toHaveBeenCalledTimes(1);
});

it("finish: a batch goes on too", async () => {
  const { cache, load } = open();
  const many = cache.getOrSetMany(["a", "b"], async (keys, context) => {
    const value = await load(context);
    return keys.map((key) => value + key);
  });
  expect(await isLate(many)).toBe(true);
  await pass(40);
  expect(await cache.getMany(["a", "b"])).toEqual(["loadeda", "loadedb"]);
});

it("finish: a caller whose signal is aborted leaves the load to go on", async () => {
  const { cache, load } = open({ hardTimeout: "1s" });
  const caller = new AbortController();
  const call = cache.getOrSet("a", load, { signal: caller.signal });
  call.catch(() => {});
  await pass(5);
  caller.abort(new Error("gone"));
  await expect(call).rejects.toThrow("gone");
  await pass(60);
  expect(await cache.get("a")).toBe("loaded");
});

it("finish: a load ends after 30 s, and its failure is reported", async () => {
  const { cache, load, signal } = open();
  const errors = heard<ErrorMessage>("error");
  const unheard = unheardRejections();
  await isLate(cache.getOrSet("a", (context) => load(context, 60_000)));
  await pass(29_970);
  expect(signal()?.aborted).toBe(false);
  await pass(20);
  expect(signal()?.aborted).toBe(true);
  expect(errors).toMatchObject([{ operation: "refresh", key: "a", error: { name: "TimeoutError" } }]);
  await pass(60_000);
  expect(await cache.has("a")).toBe(false);
  expect(unheard).not.toHaveBeenCalled();
});

it("finish: a load that is not to be stored ends with its caller", async () => {
  const { cache, load, signal } = open();
  expect(await isLate(cache.getOrSet("a", load, { mode: "no-store" }))).toBe(true);
  expect(signal()?.aborted).toBe(true);
});

it("finish: a close ends the load", async () => {
  const { cache, load, signal } = open();
  await isLate(cache.getOrSet("a", load));
  await cache.close();
  expect(signal()?.aborted).toBe(true);
});

it("finish: the load is handed to waitUntil", async () => {
  const waitUntil = vi.fn();
  const { cache, load } = open({ waitUntil });
  await isLate(cache.getOrSet("a", load));
  expect(waitUntil).toHaveBeenCalledTimes(1);
});

it("abort, which is the default: the load ends with its last caller", async () => {
  const { cache, load, signal } = open({ onAbandoned: undefined });
  expect(await isLate(cache.getOrSet("a", load))).toBe(true);
  expect(signal()?.aborted).toBe(true);
  await pass(60);
  expect(await cache.has("a")).toBe(false);
});

it("must be abort or finish", () => {
  expect(() => open({ onAbandoned: "go on" as never })).toThrow(/^onAbandoned must be "abort" or "finish"/);
});
