import { createCache } from "@hitbox/cache";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { gate, settled } from "./support/gate.ts";
import { sharedStore } from "./support/shared-store.ts";

beforeEach(() => void vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "Date", "performance"] }));
afterEach(() => void vi.useRealTimers());

/** Time passes, and the store answers meanwhile. */
async function pass(ms: number): Promise<void> {
  for (let left = ms; left > 0; left -= 100) {
    await vi.advanceTimersByTimeAsync(100);
    await settled();
  }
}

it.each([
  ["set", 1],
  ["delete", 0],
] as const)(
  "a refresh that waits for another process does not load after a %s of its key",
  async (change, left) => {
    const store = sharedStore(Date.now);
    const options = { backend: store, ttl: "1s", staleWhileRevalidate: "1h" };
    const [here, there] = [createCache(options), createCache(options)];
    await here.set("a", "old");
    await pass(1_500);
    const loading = gate<string>();
    expect(await there.getOrSet("a", () => loading.opened)).toBe("old");
    await pass(100);
    const load = vi.fn(() => "needless");
    expect(await here.getOrSet("a", load)).toBe("old");
    await pass(100);
    await (change === "set" ? here.set("a", "new") : here.delete("a"));
    loading.open("loaded");
    await pass(1_000);
    expect(load).not.toHaveBeenCalled();
    expect(await here.getMany(["a"])).toEqual([left === 1 ? "new" : undefined]);
  },
);
