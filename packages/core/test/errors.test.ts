import { BackendError, cacheBackend, cacheValue, type ErrorCode } from "@hitbox/core";
import { asTier } from "@hitbox/core/tier";
import { freePort } from "@hitbox/test-servers";
import { describe, expect, test } from "vitest";
import { mapBackend } from "./support/map-backend.ts";

describe("an error of the store", () => {
  test("is wrapped once, with the path, the operation and the cause", async () => {
    const store = mapBackend({ answers: "later" });
    const cause = new Error("socket gone");
    store.before = () => Promise.reject(cause);
    const backend = asTier({ ...store, classify: () => "connection" }).asTierOf("outer");
    const error = await Promise.resolve(backend.get("k")).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({
      name: "BackendError",
      code: "connection",
      retryable: true,
      backend: "outer.map",
      message: "outer.map: read: socket gone",
      cause,
    });
  });

  test("is internal where the adapter cannot tell, or fails to tell", () => {
    const store = mapBackend();
    store.before = () => {
      throw "a string";
    };
    const failing = (): never => {
      throw new Error("classifier");
    };
    const classifiers = [undefined, () => undefined, failing];
    for (const classify of classifiers) {
      const backend = cacheBackend({ ...store, ...(classify ? { classify } : {}) });
      expect(() => backend.get("k")).toThrow(
        expect.objectContaining({ code: "internal", message: "map: read: a string" }),
      );
    }
  });

  test("of fetch says why, as its cause does", async () => {
    const store = mapBackend();
    const port = await freePort();
    store.before = () => fetch(`http://127.0.0.1:${port}`).then(() => {});
    await expect(Promise.resolve(cacheBackend(store).get("k"))).rejects.toThrow(
      "map: read: fetch failed: ECONNREFUSED",
    );
  });

  test("keeps its code and gains the path if it is a BackendError already", () => {
    const store = mapBackend();
    store.before = () => {
      throw new BackendError("corrupt", "not an envelope");
    };
    expect(() => cacheBackend(store).get("k")).toThrow(
      expect.objectContaining({ code: "corrupt", backend: "map", message: "map: read: not an envelope" }),
    );
  });
});

describe("a value that the format refuses", () => {
  const cycle: Record<string, unknown> = {};
  cycle.self = cycle;

  test.each([() => 1, Symbol("s"), cycle, undefined, 1n, { deep: [new Map()] }])(
    "%o is a serialization error, and the old entry stays",
    (data) => {
      const backend = cacheBackend(mapBackend());
      backend.set("k", cacheValue("old"));
      const set = () => backend.set("k", cacheValue(data));
      expect(set).toThrow(
        expect.objectContaining({ code: "serialization", backend: "map", retryable: false }),
      );
      expect(backend.get("k")).toMatchObject({ data: "old" });
    },
  );
});

describe("a payload that cannot be read", () => {
  test.each<[string, object, ErrorCode, RegExp]>([
    [
      "an unknown format",
      { format: "yaml" },
      "deserialization",
      /format "yaml", which is not this backend's own/,
    ],
    ["an unknown compressor", { compressor: "lz4", decodedBytes: 9 }, "decompression", /compressor "lz4"/],
    ["broken JSON", { payload: Buffer.from("{") }, "deserialization", /json/],
  ])("%s is a typed error, not a miss", (_, change, code, message) => {
    const store = mapBackend();
    const backend = cacheBackend(store);
    backend.set("k", cacheValue("v"));
    store.entries.set("k", { ...store.entries.get("k"), ...change } as never);
    expect(() => backend.get("k")).toThrow(expect.objectContaining({ code }));
    expect(() => backend.get("k")).toThrow(message);
  });
});

describe("BackendError.is", () => {
  test("knows the errors of another installed copy", () => {
    const foreign = Object.defineProperty(new Error("x"), Symbol.for("@hitbox/core/BackendError"), {
      value: true,
    });
    expect(BackendError.is(foreign)).toBe(true);
    expect(BackendError.is(new Error("x"))).toBe(false);
    expect(BackendError.is(null)).toBe(false);
  });
});
