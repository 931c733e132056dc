import { cacheBackend, cacheValue } from "@hitbox/core";
import { asTier } from "@hitbox/core/tier";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { mapBackend } from "./support/map-backend.ts";

describe("after close", () => {
  test("every operation fails with closed, and the store is not called", async () => {
    const store = mapBackend();
    const backend = cacheBackend(store);
    await backend.close();
    const operations = [
      () => backend.get("k"),
      () => backend.set("k", cacheValue(1)),
      () => backend.delete("k"),
      () => backend.getMany(["k"]),
      () => backend.setMany([["k", cacheValue(1)]]),
      () => backend.deleteMany(["k"]),
      () => backend.clear(),
    ];
    for (const run of operations) {
      expect(run).toThrow(expect.objectContaining({ code: "closed", message: "map: used after close" }));
    }
    expect(store.calls).toEqual(["close"]);
  });

  test("a second close does nothing", async () => {
    const store = mapBackend();
    const backend = cacheBackend(store);
    await Promise.all([backend.close(), backend.close()]);
    await backend.close();
    expect(store.calls).toEqual(["close"]);
  });

  test("views of the same backend are closed with it", async () => {
    const backend = asTier(mapBackend());
    await backend.asTierOf("outer").close();
    expect(() => backend.get("k")).toThrow(expect.objectContaining({ code: "closed" }));
  });
});

describe("a close", () => {
  test("answers the reads that were asked for before it", async () => {
    const store = mapBackend({ answers: "later", supports: { readMany: { max: 9 } } });
    const backend = cacheBackend(store);
    await backend.set("a", cacheValue(1));
    const read = backend.get("a");
    const closed = backend.close();
    expect((await read)?.data).toBe(1);
    await closed;
    expect(store.calls).toEqual(["write a", "read a", "close"]);
  });

  test("comes with await using", async () => {
    const store = mapBackend();
    {
      await using backend = cacheBackend(store);
      await backend.set("k", cacheValue(1));
    }
    expect(store.calls).toEqual(["write k", "close"]);
  });

  test("reports what the backend's own close threw", async () => {
    const store = mapBackend();
    store.before = (call) => {
      if (call === "close") throw new Error("stuck");
    };
    await expect(cacheBackend(store).close()).rejects.toMatchObject({ message: "map: close: stuck" });
  });
});

describe("while a store does not answer a write", () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  const hanging = (): ReturnType<typeof mapBackend> => {
    const store = mapBackend();
    store.before = (call) => (call === "write k" ? new Promise(() => {}) : undefined);
    return store;
  };

  test("a close waits for it for 10 s at most", async () => {
    const store = hanging();
    const backend = cacheBackend(store);
    void backend.set("k", cacheValue(1));
    const closed = backend.close();
    await vi.advanceTimersByTimeAsync(9_999);
    expect(store.calls).toEqual(["write k"]);
    await vi.advanceTimersByTimeAsync(1);
    await closed;
    expect(store.calls).toEqual(["write k", "close"]);
  });

  test("a clear and a close do not wait for it once it is given up; writes of its key still do", async () => {
    const store = hanging();
    const backend = asTier(store);
    void backend.set("k", cacheValue(1));
    backend.giveUp("k", new Error("cancelled"));
    await backend.clear();
    void backend.set("k", cacheValue(2));
    backend.giveUp("k", new Error("cancelled"));
    await backend.close();
    expect(store.calls).toEqual(["write k", "clear", "close"]);
  });

  test("a clear that is not supported is refused at once", () => {
    const store = mapBackend({ supports: { clear: false } });
    store.before = () => new Promise(() => {});
    const backend = cacheBackend(store);
    void backend.set("k", cacheValue(1));
    expect(() => backend.clear()).toThrow(expect.objectContaining({ code: "unsupported" }));
  });
});

describe("clear", () => {
  test("is refused with unsupported where the backend does not declare it", () => {
    const store = mapBackend({ supports: { clear: false } });
    expect(() => cacheBackend(store).clear()).toThrow(expect.objectContaining({ code: "unsupported" }));
    expect(store.calls).toEqual([]);
  });
});

describe("a typed backend", () => {
  test("given to cacheBackend again is returned as it is, and takes no options any more", () => {
    const backend = cacheBackend(mapBackend());
    expect(cacheBackend(backend)).toBe(backend);
    expect(() => cacheBackend(backend, { maxDecodedBytes: 5 })).toThrow(/^options are for a raw backend/);
  });
});
