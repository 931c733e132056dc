import { subscribe, unsubscribe } from "node:diagnostics_channel";
import { createCache } from "@hitbox/cache";
import { memory } from "@hitbox/memory";
import { thrower, uncaught, until } from "@hitbox/test-support";
import { expect, it, onTestFinished } from "vitest";
import { testClock } from "./support/clock.ts";
import { heard } from "./support/heard.ts";

const NAMES = ["hit", "miss", "stale", "load", "refresh", "store", "invalidate", "retry", "error"];

it("a subscriber that throws changes no answer, and keeps no message from others", async () => {
  const errors = uncaught();
  const messages = NAMES.map((name) => {
    const channel = `hitbox:cache:${name}`;
    subscribe(channel, thrower);
    onTestFinished(() => void unsubscribe(channel, thrower));
    return heard(name);
  });
  const { now, advance } = testClock();
  const backend = memory({ maxEntries: 10, now });
  const cache = createCache({ backend, ttl: "10s", staleWhileRevalidate: "10s", now });
  expect(await cache.getOrSet("a", () => 1)).toBe(1);
  expect(await cache.getOrSet("a", () => 2)).toBe(1);
  advance(10_000);
  expect(await cache.getOrSet("a", () => 2)).toBe(1);
  await until(async () => (await cache.get("a")) === 2);
  await expect(cache.getOrSet("b", () => Promise.reject(new Error("down")))).rejects.toThrow("down");
  await cache.set("c", 3);
  await cache.delete("a");
  expect(await cache.get("a")).toBeUndefined();
  for (const [index, name] of NAMES.slice(0, 7).entries())
    expect(messages[index]?.length, name).toBeGreaterThan(0);
  // Another test's cache in this process may say something meanwhile, and throws too.
  const count = (): number => messages.reduce((sum, { length }) => sum + length, 0);
  await until(() => errors.length === count());
});
