import { createCache } from "@hitbox/cache";
import { compose } from "@hitbox/composition";
import { faulty } from "@hitbox/conformance";
import type { Backend, BackendListener } from "@hitbox/core";
import { memory } from "@hitbox/memory";
import { gate } from "@hitbox/test-support";
import { expect, it, onTestFinished } from "vitest";
import { openRecorder, valuesOf } from "./support/values.ts";

// The messages that are rare, as the packages publish them.

/** A store that processes share, with leases; `extra` goes over it. */
function sharedStore(extra: Partial<Backend<unknown>> = {}): Backend<unknown> {
  const store = memory({ maxEntries: 100, label: "far" });
  const { label, keyFormat, valueFormat, compressor } = store;
  return {
    ...{ label, keyFormat, valueFormat, compressor },
    supports: { ...store.supports, shared: true, keys: false, watch: extra.watch !== undefined },
    read: (key) => store.read(key),
    write: (key, value) => store.write(key, value),
    remove: (key) => store.remove(key),
    lease: (key, ms) => store.lease?.(key, ms) as never,
    writeFenced: (key, value, fence) => store.writeFenced?.(key, value, fence) as never,
    releaseLease: (key, fence) => store.releaseLease?.(key, fence),
    clear: () => store.clear?.(),
    ...extra,
  };
}

it("a load that waits for another process tells how long, and what it ended with", async () => {
  const metrics = openRecorder();
  const store = sharedStore();
  const [one, other] = [
    createCache({ backend: store, ttl: "1m" }),
    createCache({ backend: store, ttl: "1m" }),
  ];
  const [loading, source] = [gate(), gate()];
  const first = one.getOrSet("k", async () => {
    loading.open();
    await source.opened;
    return "loaded";
  });
  await loading.opened;
  const second = other.getOrSet("k", () => "never called");
  setTimeout(() => source.open(), 30);
  expect([await first, await second]).toEqual(["loaded", "loaded"]);
  const [wait, ...more] = metrics.read("leaseWait").series;
  expect(wait).toMatchObject({ labels: ["far", "", "answered"], count: 1 });
  expect(more).toEqual([]);
});

it("a delete that waits for its tier tells how many wait", async () => {
  const metrics = openRecorder();
  const state = { isDown: true };
  const backend = faulty(sharedStore(), {
    script: (operation) => (operation === "remove" && state.isDown ? { fail: "connection" } : undefined),
  });
  const cache = createCache({ backend, ttl: "1m" });
  await cache.delete("a");
  await cache.delete("b");
  expect(valuesOf(metrics, "retriesWaiting")).toEqual({ far: 2 });
  state.isDown = false;
  await cache.close();
  expect(valuesOf(metrics, "retriesWaiting")).toEqual({ far: 0 });
  expect(valuesOf(metrics, "retries")).toEqual({ "far waiting": 2, "far done": 2 });
});

it("a composition tells when changes go unheard, and when its first tier is used again", async () => {
  const metrics = openRecorder();
  const listeners = new Set<BackendListener>();
  const store = sharedStore({
    watch: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  });
  const backend = compose(memory({ maxEntries: 10, label: "near" }), store);
  onTestFinished(() => backend.close());
  const tell = (what: "lost" | "restored"): void => {
    for (const listener of listeners) listener[what]();
  };
  const state = (): unknown => [
    valuesOf(metrics, "coherenceLost")["near>far"],
    valuesOf(metrics, "coherenceLosses")["near>far"],
  ];
  tell("restored");
  expect(state()).toEqual([0, 0]);
  tell("lost");
  tell("lost");
  expect(state()).toEqual([1, 1]);
  tell("restored");
  expect(state()).toEqual([0, 1]);
});
