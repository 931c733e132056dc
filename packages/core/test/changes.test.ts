import {
  type Backend,
  type ChangeListener,
  cacheBackend,
  cacheKey,
  hashed,
  type KeyFormat,
  text,
  urlEncoded,
} from "@hitbox/core";
import { memory } from "@hitbox/memory";
import { describe, expect, it } from "vitest";

/** A memory tier whose watchers a test can tell of changes, by the key that the store has. */
function watched(keyFormat: KeyFormat): { backend: Backend<unknown>; listeners: Set<ChangeListener> } {
  const listeners = new Set<ChangeListener>();
  const inner = memory({ maxEntries: 200_000, keyFormat });
  const backend: Backend<unknown> = {
    ...{ label: inner.label, keyFormat, valueFormat: inner.valueFormat, compressor: inner.compressor },
    supports: { ...inner.supports, watch: true, lease: false },
    read: (key) => inner.read(key),
    write: (key, value) => inner.write(key, value),
    remove: (key) => inner.remove(key),
    watch(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
  return { backend, listeners };
}

function recording(): ChangeListener & { readonly heard: string[] } {
  const heard: string[] = [];
  return {
    heard,
    changed: (keys) => heard.push(...keys),
    lost: () => heard.push("<lost>"),
    restored: () => heard.push("<restored>"),
  };
}

describe.each([text(), urlEncoded(), hashed()])("changes under $id keys", (keyFormat) => {
  it("are told by the text of the key", async () => {
    const { backend, listeners } = watched(keyFormat);
    const cache = cacheBackend(backend);
    const listener = recording();
    const stop = cache.watch(listener);
    const key = cacheKey("user", { name: "Zoë & co" });
    await cache.get(key);
    for (const { lost, restored, changed } of listeners) {
      restored();
      changed([keyFormat.encode(key.text)]);
      lost();
    }
    expect(listener.heard).toEqual(["<restored>", key.text, "<lost>"]);
    stop();
    expect(listeners.size).toBe(0);
  });
});

describe("keys that cannot be decoded", () => {
  it("are known once used, the last 100,000, and reported as changed when forgotten", async () => {
    const { backend, listeners } = watched(hashed());
    const cache = cacheBackend(backend);
    const [first, second] = [recording(), recording()];
    cache.watch(first);
    cache.watch(second);
    for (let n = 0; n <= 100_000; n++) void cache.get(`key-${n}`);
    expect(first.heard).toEqual(["key-0"]);
    expect(second.heard).toEqual(["key-0"]);
    for (const { changed } of listeners)
      changed([hashed().encode("key-0"), hashed().encode("key-100000"), "foreign"]);
    expect(first.heard).toEqual(["key-0", "key-100000"]);
  });

  it("are not remembered where nobody watches", async () => {
    const { backend } = watched(hashed());
    const cache = cacheBackend(backend);
    const listener = recording();
    await cache.get("before");
    cache.watch(listener);
    for (let n = 0; n < 100_000; n++) void cache.get(`key-${n}`);
    expect(listener.heard).toEqual([]);
  });
});

it("a foreign key that cannot be decoded is nobody's copy", () => {
  const { backend, listeners } = watched(urlEncoded());
  const listener = recording();
  cacheBackend(backend).watch(listener);
  for (const { changed } of listeners) changed(["%", "good"]);
  expect(listener.heard).toEqual(["good"]);
});

it("a watch is unsupported where it is not declared", () => {
  const cache = cacheBackend(memory({ maxEntries: 1 }));
  expect(() => cache.watch(recording())).toThrow(
    expect.objectContaining({ code: "unsupported", backend: "memory" }),
  );
});
