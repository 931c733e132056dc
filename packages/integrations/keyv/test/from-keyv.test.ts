import { inspect } from "node:util";
import { cacheBackend, cacheValue } from "@hitbox/core";
import { failureOf } from "@hitbox/test-support";
import Keyv from "keyv";
import { expect, test } from "vitest";
import { fromKeyv } from "../src/index.ts";
import { storeOfVersion6 } from "./support.ts";

const own = { shared: false, persistent: false };
const unanswered = () => new Promise<never>(() => {});

/** A Keyv that remembers the lives that it is given. */
function listening() {
  const lives: unknown[] = [];
  const set = async (_key: string, _value: string, ttl?: number) => void lives.push(ttl);
  return { lives, keyv: { get: async () => undefined, set, delete: async () => true, throwOnErrors: true } };
}

test("a Keyv 5 that hides its failures is refused", () => {
  expect(() => fromKeyv(new Keyv(), own)).toThrow(/throwOnErrors must be true, .* new Keyv\(/);
});

test("a value that is no Keyv is refused, and so are wrong options", () => {
  const keyv = new Keyv({ throwOnErrors: true });
  expect(() => fromKeyv({} as never, own)).toThrow("must be a Keyv");
  expect(() => fromKeyv(keyv, { shared: true } as never)).toThrow("persistent must be true or false");
  expect(() => fromKeyv(keyv, { ...own, maxTtl: 5 })).toThrow("maxTtl");
  expect(() => fromKeyv(keyv, { ...own, maxValueBytes: 5 })).toThrow("maxValueBytes");
  expect(() => fromKeyv(keyv, { ...own, prefix: 1 as never })).toThrow("prefix must be a string");
  const illFormed = { ...own, prefix: "t\ud800" };
  expect(() => fromKeyv(keyv, illFormed)).toThrow("prefix must be a string, and well-formed");
  expect(() => fromKeyv(keyv, { ...own, maxTll: 5 } as never)).toThrow("did you mean `maxTtl`");
});

test("a store gets whole seconds and one more, and no life over `maxTtl`", async () => {
  const { lives, keyv } = listening();
  const backend = cacheBackend(fromKeyv(keyv, { ...own, maxTtl: 60_000, now: () => 5_000 }), {
    now: () => 5_000,
  });
  for (const expiresAt of [5_001, 6_500, 64_000, 64_001, undefined])
    await backend.set("key", cacheValue(1, { createdAt: 5_000, expiresAt }));
  expect(lives).toEqual([2_000, 3_000, 60_000, 0, 0]);
});

test("the store of a Keyv 6 gets an absolute end, and its failures are heard", async () => {
  const keyv = storeOfVersion6();
  const before = Date.now();
  const backend = cacheBackend(fromKeyv(keyv, own));
  await backend.set("key", cacheValue("value", { ttl: 60_000 }));
  const [end = 0] = keyv.ends.values();
  expect(end).toBeGreaterThanOrEqual(before + 61_000);
  expect(end).toBeLessThanOrEqual(Date.now() + 61_000);
  Object.assign(keyv.store as object, { get: () => Promise.reject(new Error("away")) });
  expect(await failureOf(async () => backend.get("key"))).toMatchObject({ code: "internal" });
});

test("a set that Keyv answers with false fails as `unavailable`", async () => {
  const keyv = { ...listening().keyv, set: async () => false };
  const set = async () => cacheBackend(fromKeyv(keyv, own)).set("key", cacheValue(1));
  expect(await failureOf(set)).toMatchObject({ code: "unavailable" });
});

test("a value that is no text of an entry fails as `corrupt`", async () => {
  const keyv = { ...listening().keyv, get: async () => 7 };
  const get = async () => cacheBackend(fromKeyv(keyv, own)).get("key");
  expect(await failureOf(get)).toMatchObject({ code: "corrupt" });
});

test("a foreign text in the store of a Keyv 6 fails as `corrupt`, and is not in the error", async () => {
  const keyv = storeOfVersion6();
  Object.assign(keyv.store as object, { get: async () => "secret" });
  const failure = await failureOf(async () => cacheBackend(fromKeyv(keyv, own)).get("key"));
  expect(failure.code).toBe("corrupt");
  expect(`${failure.error.stack} ${failure.error.cause}`).not.toContain("secret");
});

test.each(["secret", '{"value":"secret', ""])(
  "a foreign text in the store of a Keyv 5 fails as `corrupt`, is not in the error, and can be removed: %s",
  async (text) => {
    const store = new Map<string, string>();
    const backend = cacheBackend(fromKeyv(new Keyv({ store, throwOnErrors: true }), own));
    await backend.set("key", cacheValue(1));
    for (const key of store.keys()) store.set(key, text);
    const failure = await failureOf(async () => backend.get("key"));
    expect(failure.code).toBe("corrupt");
    expect(inspect(failure.error, { depth: 9, showHidden: true })).not.toContain("secret");
    await backend.delete("key");
    expect(await backend.get("key")).toBeUndefined();
  },
);

test("a value over `maxValueBytes` is refused, and the Keyv does not get it", async () => {
  const { lives, keyv } = listening();
  const backend = cacheBackend(fromKeyv(keyv, { ...own, maxValueBytes: 2_048 }));
  const set = async () => backend.set("key", cacheValue("x".repeat(2_000)));
  expect(await failureOf(set)).toMatchObject({ code: "too-large" });
  expect(lives).toEqual([]);
});

test("a close waits for a call that is under way past its deadline", async () => {
  let answer = (): void => {};
  const get = () => new Promise<undefined>((resolve) => (answer = () => resolve(undefined)));
  const keyv = { ...listening().keyv, get };
  const backend = cacheBackend(fromKeyv(keyv, { ...own, timeout: 1 }));
  expect(await failureOf(async () => backend.get("key"))).toMatchObject({ code: "timeout" });
  let isClosed = false;
  const closing = backend.close().then(() => {
    isClosed = true;
  });
  await new Promise(setImmediate);
  expect(isClosed).toBe(false);
  answer();
  await closing;
});

test("a close ends though a call is never answered", async () => {
  const backend = cacheBackend(fromKeyv({ ...listening().keyv, get: unanswered }, { ...own, timeout: 1 }));
  await failureOf(async () => backend.get("key"));
  await backend.close();
});
