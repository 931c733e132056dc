import { type CacheBackend, cacheBackend, cacheValue, gzip, hashed, json } from "@hitbox/core";
import { frozen, type MemoryOptions, memory, reference } from "@hitbox/memory";
import { describe, expect, test, vi } from "vitest";

type Told = readonly [key: string, value: unknown, reason: string];

/** A tier whose `onEvict` notes the calls. */
function noting(options: MemoryOptions): { readonly backend: CacheBackend; readonly told: Told[] } {
  const told: Told[] = [];
  const onEvict = (...call: Told): void => {
    told.push(call);
  };
  return { backend: cacheBackend(memory({ onEvict, ...options })), told };
}

describe("stats()", () => {
  test("tells entries, bytes and evictions", () => {
    const store = memory({ maxBytes: 1_100 });
    const backend = cacheBackend(store);
    expect(store.stats()).toEqual({ entries: 0, bytes: 0, evictions: 0 });
    for (const key of "abc") backend.set(key, cacheValue("x"));
    const { bytes = 0 } = store.stats();
    expect(store.stats()).toMatchObject({ entries: 3, evictions: 0 });
    expect(bytes).toBeGreaterThan(600);
    expect(bytes).toBeLessThanOrEqual(1_100);
    backend.set("d", cacheValue("x"));
    backend.delete("d");
    expect(store.stats()).toEqual({ entries: 2, bytes: (bytes / 3) * 2, evictions: 1 });
    backend.clear();
    expect(store.stats()).toEqual({ entries: 0, bytes: 0, evictions: 1 });
  });

  test.each([frozen(), json()])(
    "estimates the bytes where only the entries are bounded, with $id",
    (format) => {
      const [bounded, counted] = [
        memory({ maxEntries: 1_000, format }),
        memory({ maxBytes: 10_000_000, format }),
      ];
      for (const store of [bounded, counted])
        for (let index = 100; index < 900; index++)
          cacheBackend(store).set(`key${index}`, cacheValue({ text: "x".repeat(100) }));
      const ratio = (bounded.stats().bytes ?? 0) / (counted.stats().bytes ?? 1);
      expect(ratio).toBeGreaterThan(0.9);
      expect(ratio).toBeLessThan(1.1);
    },
  );

  test("has no bytes for values that anyone may change", () => {
    expect(memory({ maxEntries: 1, format: reference() }).stats().bytes).toBeUndefined();
  });
});

describe("onEvict", () => {
  test("tells the key, the value and the reason", () => {
    let at = 1_000;
    const now = (): number => at;
    const { backend, told } = noting({ maxEntries: 2, now });
    const typed = cacheBackend(memory({ maxEntries: 2, now, onEvict: (...call) => told.push(call) }), {
      now,
    });
    backend.set("a", cacheValue({ n: 1 }));
    backend.set("a", cacheValue({ n: 2 }));
    backend.set("b", cacheValue(3));
    backend.set("c", cacheValue(4));
    backend.delete("b");
    backend.delete("none");
    backend.clear();
    expect(told.splice(0)).toEqual([
      ["a", { n: 1 }, "replaced"],
      ["a", { n: 2 }, "evicted"],
      ["b", 3, "deleted"],
      ["c", 4, "deleted"],
    ]);
    typed.set("old", cacheValue(1, { ttl: 5, now }));
    typed.set("live", cacheValue(2));
    at += 5;
    typed.set("new", cacheValue(3));
    expect(told).toEqual([["old", 1, "expired"]]);
  });

  test.each([
    ["text", { format: json(), compressor: gzip({ minBytes: 10 }) }, "key"],
    ["a hash", { format: json(), keyFormat: hashed() }, hashed().encode("key")],
  ])("tells values as readers have them, and keys as %s", (_, options, key) => {
    const { backend, told } = noting({ maxEntries: 5, ...options });
    const value = { text: "x".repeat(100) };
    backend.set("key", cacheValue(value));
    backend.delete("key");
    expect(told).toEqual([[key, value, "deleted"]]);
  });

  test("gives copies that are its own", async () => {
    let told: Date | undefined;
    const onEvict = (_: string, value: unknown): void => {
      told = value as Date;
    };
    const backend = cacheBackend(memory({ maxEntries: 5, onEvict }));
    await backend.set("key", cacheValue(new Date(5)));
    const read = (await backend.get<Date>("key"))?.data;
    backend.delete("key");
    told?.setTime(9);
    expect(read).toEqual(new Date(5));
  });

  test("may use the tier itself", () => {
    const backend: CacheBackend = cacheBackend(
      memory({
        maxEntries: 2,
        onEvict: (key, value) => {
          if (key === "a") backend.set("kept", cacheValue([key, value]));
        },
      }),
    );
    for (const key of "abc") backend.set(key, cacheValue(1));
    expect(backend.get("kept")).toMatchObject({ data: ["a", 1] });
  });

  test("that throws changes no answer, and is warned of", async () => {
    const warn = vi.spyOn(process, "emitWarning").mockImplementation(() => {});
    const onEvict = (): never => {
      throw new Error("no");
    };
    const backend = cacheBackend(memory({ maxEntries: 1, onEvict }));
    backend.set("a", cacheValue(1));
    backend.set("b", cacheValue(2));
    expect(backend.get("b")).toMatchObject({ data: 2 });
    expect(backend.delete("b")).toEqual({ status: "deleted", count: 1 });
    expect(warn).toHaveBeenCalledWith("memory: onEvict failed: Error: no", { code: "HITBOX_ON_EVICT" });
    warn.mockRestore();
  });
});
