import { gate, until } from "@hitbox/test-support";
import { describe, expect, it } from "vitest";
import {
  type Backend,
  type BackendListener,
  cacheBackend,
  cacheValue,
  type Store,
  type StoreChange,
  storeBackend,
} from "../src/index.ts";

const MINE = { within: undefined };
const KEY = "k";

/** A store that is watched. `news` is its listener, and `told` is all that a watcher of the backend hears. */
function setUp(changed: Partial<Store> = {}) {
  const kept = new Map<string, Uint8Array>();
  const casts: StoreChange[] = [];
  let news: BackendListener | undefined;
  const store: Store = {
    ...{
      label: "map",
      shared: true,
      persistent: false,
      expiry: "none",
      keys: { prefix: "p:", maxBytes: 60 },
    },
    get: async (key) => kept.get(key),
    set: async (key, bytes) => void kept.set(key, bytes),
    delete: async (key) => kept.delete(key),
    clear: async () => kept.clear(),
    getVersion: async (key) => {
      const bytes = kept.get(key);
      return bytes && { bytes, version: bytes };
    },
    async compareAndSet(key, version, bytes, _life, change) {
      casts.push(change);
      if (kept.get(key) !== version) return false;
      kept.set(key, bytes);
      return true;
    },
    watch(listener) {
      news = listener;
      return () => {
        news = undefined;
      };
    },
    ...changed,
  };
  const raw = storeBackend(store, { timeout: 20 });
  const told: unknown[] = [];
  const stop = raw.watch?.({
    changed: (keys, origin) => told.push([keys, origin]),
    lost: (origin) => told.push(["lost", origin]),
    restored: (origin) => told.push(["restored", origin]),
  });
  return { raw, told, casts, stop, news: () => news as BackendListener };
}

const value = { payload: Buffer.from("1"), format: "json", createdAt: 1 } as never;

describe("changes through the backend", () => {
  it.each<[string, (raw: Backend) => unknown]>([
    ["a write", (raw) => raw.write(KEY, value, MINE)],
    ["a removal", (raw) => raw.remove(KEY, MINE)],
    ["a batch of writes", (raw) => raw.writeMany?.([[KEY, value]], MINE)],
    ["a batch of removals", (raw) => raw.removeMany?.([KEY], MINE)],
    ["a fenced write", (raw) => raw.writeFenced?.(KEY, value, "fence", MINE)],
  ])("are told with their origin before the answer: %s", async (_, change) => {
    const { raw, told } = setUp();
    await change(raw);
    expect(told).toEqual([[[KEY], MINE]]);
    expect((told[0] as unknown[])[1]).toBe(MINE);
  });

  it("are told though they fail, since they may have been done", async () => {
    const { raw, told } = setUp({
      set: () => Promise.reject(new Error("no")),
      clear: () => Promise.reject(),
    });
    await expect(raw.write(KEY, value, MINE)).rejects.toThrow("no");
    expect(told).toEqual([[[KEY], MINE]]);
  });

  it("are told of a store that answers without a promise, or throws", () => {
    const thrown = setUp({
      set: () => {
        throw new Error("no");
      },
    });
    expect(() => thrown.raw.write(KEY, value, MINE)).toThrow("no");
    const atOnce = setUp({ set: () => undefined });
    atOnce.raw.write(KEY, value, MINE);
    expect([thrown.told, atOnce.told]).toEqual([[[[KEY], MINE]], [[[KEY], MINE]]]);
  });

  it("are told again when they end after their deadline", async () => {
    const late = gate();
    const { raw, told } = setUp({ set: () => late.opened });
    await expect(raw.write(KEY, value, MINE)).rejects.toMatchObject({ code: "timeout" });
    expect(told).toEqual([[[KEY], MINE]]);
    late.open();
    await until(() => told.length === 2);
    expect(told[1]).toEqual([[KEY], undefined]);
  });

  it("are a gap if they clear, unless the watch is lost", async () => {
    const { raw, told, news } = setUp();
    await raw.clear?.(MINE);
    expect(told).toEqual([]);
    news().restored();
    await raw.clear?.(MINE);
    expect(told.slice(1)).toEqual([
      ["lost", MINE],
      ["restored", MINE],
    ]);
  });

  it("are none for a lease, and the store is told so", async () => {
    const { raw, told, casts } = setUp();
    const { fence } = (await raw.lease?.(KEY, 1_000)) ?? { fence: "" };
    await raw.releaseLease?.(KEY, fence);
    expect(told).toEqual([]);
    await raw.writeFenced?.(KEY, value, fence, MINE);
    expect(casts).toEqual(["lease", "lease", "entry"]);
  });

  it("are not told any more to a watch that was stopped", async () => {
    const { raw, told, stop } = setUp();
    stop?.();
    await raw.write(KEY, value);
    expect(told).toEqual([]);
  });
});

describe("changes that the store tells of", () => {
  it("are told by the key that `read` takes, without those of other prefixes", () => {
    const { told, news } = setUp();
    news().changed(["p:a", "q:b"]);
    expect(told).toEqual([[["a"], undefined]]);
  });

  it("are a gap if a key is a hash, since it may be any key", async () => {
    let hash = "";
    const { raw, told, news } = setUp({
      set: async (key) => {
        hash = key;
      },
    });
    await raw.write("x".repeat(100), value);
    told.length = 0;
    news().restored();
    news().changed(["p:a", hash]);
    expect(told.slice(1)).toEqual([
      [["a"], undefined],
      ["lost", undefined],
      ["restored", undefined],
    ]);
  });

  it("reach a typed watcher, who is not told of its own", async () => {
    const { raw, news } = setUp();
    const [one, other] = [cacheBackend(raw), cacheBackend(raw)];
    const heard: string[] = [];
    one.watch({ changed: (keys) => heard.push(...keys), lost: () => {}, restored: () => {} });
    news().changed(["p:elsewhere"]);
    await one.set("own", cacheValue(1));
    await other.set("other", cacheValue(1));
    expect(heard).toEqual(["elsewhere", "other"]);
  });
});
