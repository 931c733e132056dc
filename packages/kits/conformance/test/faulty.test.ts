import { backendConformance, type FaultyOptions, faulty } from "@hitbox/conformance";
import { type Backend, BackendError, cacheBackend, json, type StoredValue } from "@hitbox/core";
import { memory } from "@hitbox/memory";
import { redis } from "@hitbox/redis";
import { type RedisServer, startRedis } from "@hitbox/test-servers";
import { afterAll, beforeAll, describe, expect, it, test, vi } from "vitest";
import { sampleStored } from "../src/sample.ts";

let server: RedisServer;
beforeAll(async () => {
  server = await startRedis();
});
afterAll(() => server.close());

function bytes(): Backend<unknown> {
  return memory({ maxEntries: 100, format: json() });
}

/** A faulty tier that holds "key", with its payload of 64 zeros. */
function holding(options: FaultyOptions): ReturnType<typeof faulty<unknown>> {
  const store = bytes();
  store.write("key", sampleStored({ payload: new Uint8Array(64) }));
  return faulty(store, options);
}

function payloadOf(stored: unknown): Uint8Array {
  return (stored as StoredValue).payload;
}

describe("without faults", () => {
  backendConformance({ test, name: "around memory", open: () => faulty(memory({ maxEntries: 20_000 })) });
  backendConformance({
    test,
    name: "around Redis",
    open: (prefix) => faulty(redis({ url: server.url, prefix })),
  });
});

describe("a script", () => {
  it("gives each operation the next fault, and none when it is used up", () => {
    const flaky = holding({ script: [{ fail: "timeout" }, undefined, { fail: new Error("mine") }] });
    expect(() => flaky.read("key")).toThrow(expect.objectContaining({ code: "timeout", retryable: true }));
    expect(flaky.read("key")).toBeDefined();
    expect(() => flaky.remove("key")).toThrow("mine");
    expect(flaky.read("key")).toBeDefined();
  });

  it("may be a function of the operation, its keys and its count", () => {
    const seen: unknown[] = [];
    const flaky = holding({
      script: (...about) => {
        seen.push(about);
        return about[0] === "read" && about[2] === 2 ? { fail: "connection" } : undefined;
      },
    });
    flaky.read("key");
    flaky.remove("other");
    expect(() => flaky.read("key")).toThrow(BackendError);
    expect(seen).toEqual([
      ["read", ["key"], 1],
      ["remove", ["other"], 1],
      ["read", ["key"], 2],
    ]);
  });

  it("leaves operations alone that are not among those named", () => {
    const flaky = holding({ operations: ["remove"], script: [{ fail: "connection" }] });
    expect(flaky.read("key")).toBeDefined();
    expect(() => flaky.remove("key")).toThrow(BackendError);
  });

  it("can lose a reply: the operation is done all the same", () => {
    const store = bytes();
    const flaky = faulty(store, { script: [{ fail: "connection", effect: "done" }, { fail: "connection" }] });
    expect(() => flaky.write("done", sampleStored())).toThrow(BackendError);
    expect(() => flaky.write("undone", sampleStored())).toThrow(BackendError);
    expect(store.read("done")).toBeDefined();
    expect(store.read("undone")).toBeUndefined();
  });
});

describe("time", () => {
  it("delays operations by the milliseconds given", async () => {
    vi.useFakeTimers();
    try {
      const flaky = holding({ script: [{ delay: 30 }] });
      let answer: unknown = "none yet";
      void Promise.resolve(flaky.read("key")).then((read) => {
        answer = read;
      });
      await vi.advanceTimersByTimeAsync(29);
      expect(answer).toBe("none yet");
      await vi.advanceTimersByTimeAsync(1);
      expect(answer).toMatchObject({ format: "kit-format.1" });
    } finally {
      vi.useRealTimers();
    }
  });

  it("hangs operations until they are released, once", async () => {
    const store = bytes();
    const flaky = faulty(store, { script: ["hang", undefined, "hang"] });
    const first = flaky.write("first", sampleStored());
    await new Promise(setImmediate);
    expect(store.read("first")).toBeUndefined();
    flaky.release();
    await first;
    expect(store.read("first")).toBeDefined();
    flaky.read("first");
    void flaky.write("second", sampleStored());
    await new Promise(setImmediate);
    expect(store.read("second")).toBeUndefined();
  });
});

describe("damage", () => {
  it("flips one to three bits of what is read, and leaves the store alone", () => {
    for (let seed = 0; seed < 200; seed++) {
      const flaky = holding({ script: ["corrupt"], seed });
      const flipped = [...payloadOf(flaky.read("key"))].join("");
      expect(flipped).not.toBe("0".repeat(64));
      expect([...payloadOf(flaky.read("key"))].join("")).toBe("0".repeat(64));
    }
  });

  it("always changes something, however small the payload", () => {
    for (let seed = 0; seed < 200; seed++) {
      const store = bytes();
      store.write("key", sampleStored({ payload: new Uint8Array(1) }));
      expect(payloadOf(faulty(store, { script: ["corrupt"], seed }).read("key"))[0]).not.toBe(0);
    }
  });

  it("cuts off the end", () => {
    const lengths = Array.from(
      { length: 50 },
      (_, seed) => payloadOf(holding({ script: ["truncate"], seed }).read("key")).byteLength,
    );
    expect(Math.max(...lengths)).toBeLessThan(64);
    expect(new Set(lengths).size).toBeGreaterThan(10);
  });

  it("keeps everything but the payload, in batches too, and misses", async () => {
    const store = redis({ url: server.url, prefix: "damage" });
    await store.write("key", sampleStored({ tags: ["t"], staleAt: 5 }));
    const flaky = faulty(store, { script: ["truncate"] });
    const read = await flaky.readMany?.(["key", "missing"]);
    expect(read).toEqual([
      { ...sampleStored({ tags: ["t"], staleAt: 5 }), payload: expect.anything() },
      undefined,
    ]);
    expect(payloadOf(read?.[0]).byteLength).toBeLessThan(7);
    await store.close?.();
  });

  it("is an error of the format for those who read", async () => {
    const store = bytes();
    await cacheBackend(store).set("key", { data: "text", createdAt: 1 });
    const cache = cacheBackend(faulty(store, { script: ["truncate"] }));
    expect(() => cache.get("key")).toThrow(expect.objectContaining({ code: "deserialization" }));
  });

  it("is refused where there are no bytes, and for operations that read none", () => {
    const live = memory({ maxEntries: 1 });
    live.write("key", sampleStored({ payload: "live" as never }));
    expect(() => faulty(live, { script: ["corrupt"] }).read("key")).toThrow(/corrupt needs a format/);
    expect(() => holding({ script: ["corrupt"] }).remove("key")).toThrow(/not remove/);
  });
});

describe("chance", () => {
  /** What becomes of 1,000 reads and 200 removes. */
  function outcomes(options: FaultyOptions): string {
    const flaky = holding(options);
    return Array.from({ length: 1_200 }, (_, index) => {
      try {
        const answer = index % 6 === 5 ? flaky.remove("other") : flaky.read("key");
        return answer instanceof Promise ? "p" : "payload" in Object(answer) ? payloadOf(answer)[0] : "-";
      } catch {
        return "x";
      }
    }).join("");
  }

  it("is the same for the same seed, and differs for another", () => {
    const chance = { fail: 0.1, corrupt: 0.2, truncate: 0.1, hang: 0.1 };
    expect(outcomes({ chance, seed: 7 })).toBe(outcomes({ chance, seed: 7 }));
    expect(outcomes({ chance, seed: 7 })).not.toBe(outcomes({ chance, seed: 8 }));
  });

  it("strikes as often as it says", () => {
    const failed = outcomes({ chance: { fail: 0.25 } }).replaceAll(/[^x]/g, "").length;
    expect(failed).toBeGreaterThan(240);
    expect(failed).toBeLessThan(360);
    expect(outcomes({ chance: { fail: 1 } })).toBe("x".repeat(1_200));
    expect(outcomes({ chance: {} })).not.toContain("x");
  });
});

test("calls are counted, whatever befalls them", () => {
  const flaky = holding({ script: [{ fail: "connection" }] });
  expect(() => flaky.read("key")).toThrow();
  flaky.read("key");
  flaky.clear?.();
  expect(flaky.calls).toMatchObject({ read: 2, clear: 1, write: 0 });
});

describe("misuse", () => {
  it.each<readonly [string, unknown]>([
    ["chance", { chance: { fail: 0.6, hang: 0.6 } }],
    ["chance", { chance: { fail: -1 } }],
    ["fial", { chance: { fial: 1 } }],
    ["script", { script: ["explode"] }],
    ["script", { script: "hang" }],
    ["operations", { operations: ["get"] }],
    ["seed", { seed: 0.5 }],
    ["maxDelay", { maxDelay: -1 }],
    ["error", { error: 5 }],
    ["sead", { sead: 1 }],
  ])("a wrong %s is a TypeError that names it: %o", (option, options) => {
    expect(() => faulty(bytes(), options as FaultyOptions)).toThrow(TypeError);
    expect(() => faulty(bytes(), options as FaultyOptions)).toThrow(option);
  });

  it("a typed backend is a TypeError", () => {
    expect(() => faulty(cacheBackend(bytes()) as unknown as Backend)).toThrow(/raw backend/);
  });
});
