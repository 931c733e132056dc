import { type CallOptions, createCache, NotCachedError } from "@hitbox/cache";
import { compose } from "@hitbox/composition";
import { memory } from "@hitbox/memory";
import { expect, test } from "vitest";

function make(options: Record<string, unknown> = {}) {
  let now = 1_000_000;
  const clock = { now: () => now };
  const tier = () => memory({ maxEntries: 100, ...clock });
  const backend = compose(tier(), tier(), clock);
  const cache = createCache({ backend, ttl: "1m", staleIfError: "1h", ...clock, ...options });
  return { cache, pass: (ms: number) => (now += ms) };
}

function gate() {
  let open!: () => void;
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { open, opened };
}

const fail = () => Promise.reject(new Error("away"));

test("reload loads though there is a fresh value, and stores the new one", async () => {
  const { cache } = make();
  await cache.set("a", 1);
  expect(await cache.getOrSet("a", async () => 2, { mode: "reload" })).toBe(2);
  expect(await cache.get("a")).toBe(2);
  expect(await cache.getOrSetMany(["a", "b"], async () => [3, 4], { mode: "reload" })).toEqual([3, 4]);
  expect(await cache.getMany(["a", "b"])).toEqual([3, 4]);
});

test("a reload leaves the old value until the new one is here, and if it fails", async () => {
  const { cache } = make();
  await cache.set("a", 1);
  const { open, opened } = gate();
  const reloaded = cache.getOrSet("a", () => opened.then(fail), { mode: "reload" });
  expect(await cache.get("a")).toBe(1);
  open();
  await expect(reloaded).rejects.toThrow("away");
  expect(await cache.get("a")).toBe(1);
});

test("a reload does not join a load whose loader has been called, and that one is not stored", async () => {
  const { cache } = make();
  const { open, opened } = gate();
  const called = gate();
  const older = cache.getOrSet("a", async () => {
    called.open();
    await opened;
    return "before the change";
  });
  await called.opened;
  expect(await cache.getOrSet("a", async () => "after it", { mode: "reload" })).toBe("after it");
  open();
  expect(await older).toBe("before the change");
  expect(await cache.get("a")).toBe("after it");
});

test("reloads of one turn are one load, which plain callers join", async () => {
  const { cache } = make();
  let loads = 0;
  const load = async () => ++loads;
  const reloads = [1, 2, 3].map(() => cache.getOrSet("a", load, { mode: "reload" }));
  expect(await Promise.all([...reloads, cache.getOrSet("a", load)])).toEqual([1, 1, 1, 1]);
});

test("no-store neither reads nor stores, and nobody joins it", async () => {
  const { cache } = make();
  await cache.set("a", 1);
  const load = async () => 2;
  expect(await cache.getOrSet("a", load, { mode: "no-store", tags: ["t"] })).toBe(2);
  expect(await cache.getOrSetMany(["a", "b"], async (keys) => keys, { mode: "no-store" })).toEqual([
    "a",
    "b",
  ]);
  expect(await cache.getMany(["a", "b"])).toEqual([1, undefined]);
  const { open, opened } = gate();
  const alone = cache.getOrSet("c", () => opened.then(() => "alone"), { mode: "no-store" });
  expect(await cache.getOrSet("c", async () => "own")).toBe("own");
  open();
  expect(await alone).toBe("alone");
  expect(await cache.get("c")).toBe("own");
});

test("a load without storing ends after its hardTimeout, and with its signal", async () => {
  const { cache } = make();
  const never = () => new Promise<number>(() => {});
  const timed = cache.getOrSet("a", never, { mode: "no-store", hardTimeout: 1 });
  await expect(timed).rejects.toThrow(/within hardTimeout/);
  const controller = new AbortController();
  const left = cache.getOrSet("a", never, { mode: "no-store", signal: controller.signal });
  controller.abort(new Error("gone"));
  await expect(left).rejects.toThrow("gone");
});

test("only-if-cached answers with what is stored, however stale, and loads nothing", async () => {
  const { cache, pass } = make();
  const options: CallOptions<number> = { mode: "only-if-cached" };
  const load = async () => 2;
  await expect(cache.getOrSet("a", load, options)).rejects.toThrow(NotCachedError);
  await cache.set("a", 1);
  pass(120_000);
  expect(await cache.getOrSet("a", load, options)).toBe(1);
  expect(await cache.getOrSetMany(["a", "b"], async () => [2, 2], options)).toEqual([1, undefined]);
  expect(await cache.lookup("b", load, options)).toMatchObject({ status: "miss", value: undefined });
  pass(3_600_000);
  await expect(cache.getOrSet("a", load, options)).rejects.toThrow(/key is not cached/);
});

test("only-if-cached does not wait for a load that is running", async () => {
  const { cache } = make();
  const { open, opened } = gate();
  const loading = cache.getOrSet("a", () => opened.then(() => 1));
  await expect(cache.getOrSet("a", async () => 2, { mode: "only-if-cached" })).rejects.toThrow(
    NotCachedError,
  );
  open();
  expect(await loading).toBe(1);
});

test("force-cache answers with a stale value, and refreshes nothing", async () => {
  const { cache, pass } = make({ staleWhileRevalidate: "1s" });
  let loads = 0;
  const load = async () => ++loads;
  expect(await cache.getOrSet("a", load, { mode: "force-cache" })).toBe(1);
  pass(120_000);
  expect(await cache.getOrSet("a", load, { mode: "force-cache" })).toBe(1);
  expect(await cache.getOrSetMany(["a"], async () => [++loads], { mode: "force-cache" })).toEqual([1]);
  expect(loads).toBe(1);
});

test("who does not take a stale value loads, beside a call that does", async () => {
  const { cache, pass } = make();
  await cache.set("a", 1);
  pass(120_000);
  const load = async () => 2;
  const both = [cache.getOrSet("a", load, { mode: "force-cache" }), cache.getOrSet("a", load)];
  expect(await Promise.all(both)).toEqual([1, 2]);
});

test("maxAge takes nothing older, be it fresh or within a window", async () => {
  const { cache, pass } = make({ staleWhileRevalidate: "1h" });
  await cache.set("a", 1);
  pass(1_000);
  expect(await cache.getOrSet("a", async () => 2, { maxAge: 1_000 })).toBe(1);
  pass(1);
  expect(await cache.getOrSet("a", async () => 2, { maxAge: 1_000 })).toBe(2);
  expect(await cache.get("a")).toBe(2);
  pass(1_001);
  await expect(cache.getOrSet("a", fail, { maxAge: 1_000 })).rejects.toThrow("away");
  await expect(cache.getOrSetMany(["a"], fail, { maxAge: 1_000 })).rejects.toThrow("away");
  expect(await cache.getOrSet("a", fail, { maxAge: "2s" })).toBe(2);
});

test("a load that began longer ago than maxAge is not joined, and not stored", async () => {
  const { cache, pass } = make();
  const { open, opened } = gate();
  const older = cache.getOrSet("a", () => opened.then(() => "older"));
  pass(1_001);
  expect(await cache.getOrSet("a", async () => "newer", { maxAge: 1_000 })).toBe("newer");
  open();
  expect(await older).toBe("older");
  expect(await cache.get("a")).toBe("newer");
});

test("a mode that there is not is a TypeError that names those that there are", async () => {
  const { cache } = make();
  const mode = "no-cache" as "default";
  await expect(cache.getOrSet("a", async () => 1, { mode })).rejects.toThrow(
    /^mode must be one of default, reload, no-store, only-if-cached, force-cache/,
  );
  expect(() => make({ mode: "reload" })).toThrow(/mode/);
});
