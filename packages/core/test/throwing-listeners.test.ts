import { subscribe, unsubscribe } from "node:diagnostics_channel";
import { type BackendListener, cacheBackend, cacheValue, gzip, hashed, type KeyFormat } from "@hitbox/core";
import { heard, THROWING_LISTENER, thrower, uncaught, until } from "@hitbox/test-support";
import { describe, expect, onTestFinished, test, vi } from "vitest";
import { mapBackend } from "./support/map-backend.ts";

/** A store that tells its watchers of each write, before it answers. */
function watched(keyFormat?: KeyFormat) {
  const listeners = new Set<BackendListener>();
  const store = mapBackend({ ...(keyFormat && { keyFormat }), supports: { watch: true } });
  const tell = (keys: readonly string[]): void => {
    for (const listener of listeners) listener.changed(keys);
  };
  return {
    listeners,
    backend: cacheBackend({
      ...store,
      write: (key, value) => {
        store.entries.set(key, value);
        tell([key]);
      },
      watch(listener: BackendListener) {
        listeners.add(listener);
        return () => void listeners.delete(listener);
      },
    }),
  };
}

describe("a watcher that throws", () => {
  test("fails no operation, and keeps the news from no other watcher", async () => {
    const emit = vi.spyOn(process, "emitWarning").mockImplementation(() => {});
    onTestFinished(() => emit.mockRestore());
    const { backend, listeners } = watched();
    const told: string[] = [];
    backend.watch(THROWING_LISTENER);
    backend.watch({
      changed: (keys) => told.push(...keys),
      lost: () => told.push("<lost>"),
      restored: () => told.push("<restored>"),
    });
    for (const { lost } of listeners) lost();
    for (const { restored } of listeners) restored();
    // Own changes are not told; those of another user of the same object are.
    for (const { changed } of listeners) changed(["k"]);
    await backend.set("k", cacheValue(1));
    expect((await backend.get("k"))?.data).toBe(1);
    expect(told.slice(0, 3)).toEqual(["<lost>", "<restored>", "k"]);
    expect(emit.mock.calls[0]).toEqual([
      "map: a listener of watch threw Error, and may have missed a change",
      { type: "HitboxWarning", code: "HITBOX_WATCHER" },
    ]);
  });

  test("fails no operation that makes the index forget a key", async () => {
    const emit = vi.spyOn(process, "emitWarning").mockImplementation(() => {});
    onTestFinished(() => emit.mockRestore());
    const { backend } = watched(hashed());
    const told: string[] = [];
    backend.watch(THROWING_LISTENER);
    backend.watch({ ...THROWING_LISTENER, changed: (keys) => told.push(...keys) });
    for (let key = 0; key <= 100_000; key++) await backend.get(`key${key}`);
    expect(told).toEqual(["key0"]);
    expect(emit).toHaveBeenCalledTimes(1);
  });
});

describe("a subscriber that throws", () => {
  const NAMES = ["read", "write", "remove", "serialize", "deserialize", "compress", "decompress"];

  test("changes no answer, and keeps no message from others", async () => {
    const errors = uncaught();
    const messages = NAMES.map((name) => {
      const channel = `hitbox:backend:${name}`;
      subscribe(channel, thrower);
      onTestFinished(() => void unsubscribe(channel, thrower));
      return heard(channel);
    });
    const store = mapBackend({ compressor: gzip({ minBytes: 1 }) });
    const backend = cacheBackend(store);
    await backend.set("k", cacheValue("x".repeat(100)));
    expect((await backend.get("k"))?.data).toBe("x".repeat(100));
    expect(await backend.delete("k")).toEqual({ status: "deleted", count: 1 });
    store.before = () => Promise.reject(new Error("down"));
    await expect(backend.get("k")).rejects.toThrow("down");
    expect(messages.map(({ length }) => length)).toEqual([2, 1, 1, 1, 1, 1, 1]);
    // Node throws such errors where nobody else's work is: that is known, and not ours.
    await until(() => errors.length === 8);
  });
});
