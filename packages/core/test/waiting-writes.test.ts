import { BackendError, type CacheBackend, cacheBackend, cacheContext, cacheValue, gzip } from "@hitbox/core";
import { beforeEach, describe, expect, test } from "vitest";
import { type MapBackend, mapBackend } from "./support/map-backend.ts";

const BATCHES = { writeMany: { max: 9 }, removeMany: { max: 9 } };

let store: MapBackend;
let backend: CacheBackend;
/** Lets the write that holds up all others end; with an error, if there is one. */
let release: (error?: Error) => void;

// A set of every key is under way in the store, and all that a test asks for waits for it.
beforeEach(async () => {
  store = mapBackend({ supports: BATCHES });
  backend = cacheBackend(store);
  const gate = new Promise<void>((resolve, reject) => {
    release = (error) => (error ? reject(error) : resolve());
  });
  store.before = () => gate;
  const first = backend.setMany([..."abc"].map((key) => [key, cacheValue("first")]));
  (first as Promise<void>).catch(() => {});
  store.calls.length = 0;
  store.before = () => undefined;
});

const set = (key: string, data: unknown): Promise<void> =>
  Promise.resolve(backend.set(key, cacheValue(data)));

const setMany = (keys: string, data: unknown): Promise<void> =>
  Promise.resolve(backend.setMany([...keys].map((key) => [key, cacheValue(data)])));

describe("while a write of a key is under way", () => {
  test("of many sets only the last is sent, and all callers are answered when it is", async () => {
    const sets = Array.from({ length: 100 }, (_, data) => set("a", data));
    expect(store.calls).toEqual([]);
    release();
    await Promise.all(sets);
    expect(store.calls).toEqual(["write a"]);
    expect((await backend.get("a"))?.data).toBe(99);
  });

  test("writes that wait are sent though the one under way fails", async () => {
    const last = set("a", "last");
    release(new Error("down"));
    await last;
    expect((await backend.get("a"))?.data).toBe("last");
  });

  test("writes that wait fail with the one under way if it gets no answer in time", async () => {
    const waiting = [set("a", 1), backend.delete("a"), set("b", 2), setMany("bc", 3)];
    const timeout = new BackendError("timeout", "no answer");
    release(timeout);
    const failed = { status: "rejected", reason: { code: "timeout" } };
    expect(await Promise.allSettled(waiting)).toMatchObject(waiting.map(() => failed));
    expect(store.calls).toEqual([]);
    await set("a", "later");
    expect((await backend.get("a"))?.data).toBe("later");
  });

  test("a set that is not sent fails as the one in its place does", async () => {
    const sets = [set("a", 1), set("a", 2)];
    store.before = () => Promise.reject(new Error("down"));
    release();
    const failed = { status: "rejected", reason: { message: "map: write: down" } };
    expect(await Promise.allSettled(sets)).toMatchObject([failed, failed]);
    expect(store.calls).toEqual(["write a"]);
  });

  test("the last of several deletes is sent and reports for all, and a set after it follows", async () => {
    const answers = [
      backend.delete("a"),
      set("a", 1),
      backend.delete("a"),
      set("a", 2),
      backend.deleteMany(["b", "a"]),
      set("a", 3),
    ];
    release();
    const gone = { status: "deleted", count: 1 };
    expect(await Promise.all(answers)).toEqual([gone, undefined, gone, undefined, [gone, gone], undefined]);
    expect(store.calls).toEqual(["removeMany b,a", "write a"]);
    expect((await backend.get("a"))?.data).toBe(3);
  });

  test("a batch is sent unless later writes replace each of its keys", async () => {
    const both = [setMany("ab", 1), set("a", 2)];
    release();
    await Promise.all(both);
    expect(store.calls).toEqual(["writeMany a,b", "write a"]);
  });

  test("a batch whose keys are all written later is not sent", async () => {
    const all = [setMany("ab", 1), set("a", 2), setMany("bc", 3)];
    release();
    await Promise.all(all);
    expect(store.calls).toEqual(["write a", "writeMany b,c"]);
  });

  test("a set that is not sent says so in its context", async () => {
    const contexts = [cacheContext(), cacheContext()];
    const sets = contexts.map((context, data) => backend.set("a", cacheValue(data), context));
    release();
    await Promise.all(sets);
    expect(contexts.map(({ tiers }) => tiers.map(({ status }) => status))).toEqual([["skipped"], ["ok"]]);
  });

  test("a clear waits for it too", async () => {
    const cleared = backend.clear();
    expect(store.calls).toEqual([]);
    release();
    await cleared;
    expect(store.calls).toEqual(["clear"]);
    expect(store.entries.size).toBe(0);
  });
});

test("a set is sent before a later one that is still being encoded, and may yet fail", async () => {
  const gates: ((error: Error) => void)[] = [];
  const compressLarge = (): Promise<Uint8Array> => new Promise((_, reject) => gates.push(reject));
  store = mapBackend({ compressor: { ...gzip({ minBytes: 1_000 }), compressLarge } });
  backend = cacheBackend(store, { offThreadBytes: 1_000 });
  let open = (): void => {};
  store.before = () =>
    new Promise<void>((resolve) => {
      open = resolve;
    });
  const first = set("a", 1);
  store.before = () => undefined;
  const [second, third] = [set("a", 2), set("a", "large".repeat(1_000))];
  open();
  await Promise.all([first, second]);
  gates[0]?.(new Error("no memory"));
  await expect(third).rejects.toMatchObject({ code: "compression" });
  expect((await backend.get("a"))?.data).toBe(2);
});

test("a fenced set is refused, unsent, if a later set waits", async () => {
  const fenced: string[] = [];
  store = mapBackend({ supports: { lease: true } });
  Object.assign(store, {
    writeFenced: (_key: string, _value: unknown, fence: string) => fenced.push(fence) > 0,
  });
  backend = cacheBackend(store);
  let open = (): void => {};
  store.before = () =>
    new Promise<void>((resolve) => {
      open = resolve;
    });
  const first = set("a", 1);
  store.before = () => undefined;
  const late = backend.setFenced("a", cacheValue("loaded"), "fence");
  const last = set("a", 2);
  const newest = backend.setFenced("a", cacheValue("loaded"), "newer");
  open();
  expect(await Promise.all([late, newest, first, last])).toEqual([false, true, undefined, undefined]);
  expect(fenced).toEqual(["newer"]);
});
