import { type Backend, cacheBackend, cacheValue, hashed, urlEncoded } from "@hitbox/core";
import { memory } from "@hitbox/memory";
import { anyCharacter, assertProperty } from "@hitbox/test-support";
import fc from "fast-check";
import { describe, expect, it, test } from "vitest";
import { prefixed } from "../src/index.ts";
import { bytes, codeOf, entry, textOf, withBatches } from "./support.ts";

describe("a prefix", () => {
  it("stands before every key, in batches too", async () => {
    const store = withBatches(bytes());
    const tenant = prefixed(store, "tenant:");
    await tenant.write("a", entry("1"));
    await tenant.writeMany?.([["b", entry("2")]]);
    expect(textOf(await store.read("tenant:a"))).toBe("1");
    expect(textOf(await store.read("tenant:b"))).toBe("2");
    expect((await tenant.readMany?.(["b", "a"]))?.map(textOf)).toEqual(["2", "1"]);
    expect(await tenant.removeMany?.(["b", "c"])).toEqual([
      { status: "deleted", count: 1 },
      { status: "missing" },
    ]);
    expect(await tenant.remove("a")).toEqual({ status: "deleted", count: 1 });
    expect(await store.read("tenant:a")).toBeUndefined();
  });

  it.each([
    [urlEncoded(), "tenant:a%20b"],
    [hashed(), `tenant:${hashed().encode("a b")}`],
  ])("comes after the key format: %o", async (keyFormat, stored) => {
    const store = memory({ maxEntries: 10, keyFormat });
    await cacheBackend(prefixed(store, "tenant:")).set("a b", cacheValue(1));
    expect(await store.read(stored)).toBeDefined();
  });

  it("takes its bytes of UTF-8 from the longest key", async () => {
    const store = withBatches(bytes());
    const short: Backend<unknown> = { ...store, supports: { ...store.supports, maxKeyBytes: 10 } };
    const tenant = prefixed(short, "é:");
    expect(tenant.supports.maxKeyBytes).toBe(7);
    expect(await codeOf(() => cacheBackend(tenant).set("1234567", cacheValue(1)))).toBe("none");
    expect(await codeOf(() => cacheBackend(tenant).set("12345678", cacheValue(1)))).toBe("too-large");
    expect(() => prefixed(short, "123456789:")).toThrow(
      /prefix leaves no room for keys in the store's 10 bytes/,
    );
  });

  it("cannot be cleared, since the store knows no prefixes", async () => {
    const store = bytes();
    await store.write("other", entry("x"));
    const tenant = prefixed(store, "tenant:");
    expect(tenant.supports.clear).toBe(false);
    expect(tenant).not.toHaveProperty("clear");
    expect(await codeOf(() => cacheBackend(tenant).clear())).toBe("unsupported");
    expect(await store.read("other")).toBeDefined();
  });

  it.each(["", ":", "tenant", "a:b:", ":a:", "a::", "\ud800:", 5])("%o is refused", (prefix) => {
    expect(() => prefixed(bytes(), prefix as string)).toThrow(TypeError);
    expect(() => prefixed(bytes(), prefix as string)).toThrow(/^prefix must be/);
  });
});

const name = fc
  .string({ unit: anyCharacter(fc), minLength: 1, maxLength: 4 })
  .map((text) => `${text.replaceAll(":", "_")}:`);
// Short, and of few characters: collisions have to be likely where they are possible.
const near = fc.string({ unit: fc.constantFrom("a", "b", ":"), minLength: 1, maxLength: 5 });
const nearName = fc
  .string({ unit: fc.constantFrom("a", "b"), minLength: 1, maxLength: 3 })
  .map((text) => `${text}:`);

const anyStore = withBatches(bytes());

/** Where a chain of prefixes, the outermost last, puts a key in the store. */
function place(prefixes: readonly string[], key: string): string {
  const written: string[] = [];
  const store = { ...anyStore, write: (at: string) => void written.push(at) };
  const nested = prefixes.reduce<Backend<unknown>>(prefixed, store);
  nested.write(key, entry("x"));
  return written.join();
}

test("no two prefixes share a key", async () => {
  await assertProperty(
    fc.property(
      fc.oneof(name, nearName),
      fc.oneof(name, nearName),
      near,
      near,
      (one, other, key, otherKey) => {
        fc.pre(one !== other);
        expect(place([one], key)).not.toBe(place([other], otherKey));
      },
    ),
    { runs: 400 },
  );
});

test("no two nestings of one depth share a key, and one nesting shares none between its keys", async () => {
  const nesting = fc.integer({ min: 1, max: 3 }).chain((depth) => {
    const prefixes = fc.array(nearName, { minLength: depth, maxLength: depth });
    return fc.tuple(prefixes, near, prefixes, near);
  });
  await assertProperty(
    fc.property(nesting, ([one, key, other, otherKey]) => {
      fc.pre(one.join("|") !== other.join("|") || key !== otherKey);
      expect(place(one, key)).not.toBe(place(other, otherKey));
    }),
    { runs: 400 },
  );
});

test("answers without a promise where the backend does", () => {
  const cache = cacheBackend(prefixed(bytes(), "tenant:"));
  expect(cache.set("key", { data: 1, createdAt: 1 })).toBeUndefined();
  expect(cache.get("key")).toMatchObject({ data: 1 });
});
