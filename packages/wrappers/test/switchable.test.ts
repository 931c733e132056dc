import { createCache } from "@hitbox/cache";
import { compose } from "@hitbox/composition";
import { cacheBackend, cacheValue } from "@hitbox/core";
import { memory } from "@hitbox/memory";
import { expect, it } from "vitest";
import { subscribeTo, switchable } from "../src/index.ts";
import { bytes, codeOf, entry, withBatches } from "./support.ts";

it("fails every operation while it is off, without calling the backend", async () => {
  let calls = 0;
  const store = withBatches(bytes());
  const count = <T>(run: () => T): T => {
    calls += 1;
    return run();
  };
  const tier = switchable({ ...store, read: (key) => count(() => store.read(key)) }, { isOn: false });
  expect(tier.isOn).toBe(false);
  const operations = [
    () => tier.read("k"),
    () => tier.write("k", entry("v")),
    () => tier.remove("k"),
    () => tier.readMany?.(["k"]),
    () => tier.writeMany?.([["k", entry("v")]]),
    () => tier.removeMany?.(["k"]),
    () => tier.clear?.(),
  ];
  for (const operation of operations) expect(await codeOf(operation)).toBe("unavailable");
  expect(calls).toBe(0);
  tier.switchOn();
  expect(tier.isOn).toBe(true);
  expect(await tier.read("k")).toBeUndefined();
  expect(calls).toBe(1);
});

it("keeps what it holds while it is off, and answers again when it is on", async () => {
  const tier = switchable(memory({ maxEntries: 10 }));
  const backend = cacheBackend(tier);
  await backend.set("k", cacheValue("v"));
  tier.switchOff();
  expect(await codeOf(() => backend.get("k"))).toBe("unavailable");
  tier.switchOn();
  expect((await backend.get("k"))?.data).toBe("v");
});

it("is to a composition a tier that is away: the other answers, and no older value comes back", async () => {
  const near = switchable(memory({ maxEntries: 10, label: "near" }), { onStateChange: () => {} });
  const backend = compose(near, memory({ maxEntries: 10, label: "far" }));
  await backend.set("kept", cacheValue("kept"));
  await backend.set("changed", cacheValue("old"));
  near.switchOff();
  expect((await backend.get("kept"))?.data).toBe("kept");
  await backend.set("changed", cacheValue("new"));
  near.switchOn();
  expect((await backend.get("kept"))?.data).toBe("kept");
  expect((await backend.get("changed"))?.data).toBe("new");
});

it("loses no delete of a cache that was asked for while it was off", async () => {
  const tier = switchable(memory({ maxEntries: 10 }));
  const cache = createCache({ backend: tier, ttl: "1h" });
  await cache.set("k", "old");
  tier.switchOff();
  await cache.delete("k").catch(() => {});
  tier.switchOn();
  expect(await cache.getOrSet("k", () => "new")).toBe("new");
  await cache.close();
});

it("tells each change once, to its option and on its channel", () => {
  const heard: unknown[] = [];
  const stop = subscribeTo("hitbox:switch:state", (message) => heard.push(message));
  const tier = switchable(bytes(), { onStateChange: (state) => heard.push(state) });
  for (const turn of [tier.switchOn, tier.switchOff, tier.switchOff, tier.switchOn]) turn();
  stop();
  const message = { backend: "memory" };
  expect(heard).toEqual([{ ...message, state: "off" }, "off", { ...message, state: "on" }, "on"]);
});

it("refuses wrong options by name", () => {
  expect(() => switchable(bytes(), { on: true } as never)).toThrow(/on/);
  expect(() => switchable(bytes(), { isOn: "yes" } as never)).toThrow(/^isOn must be a boolean/);
});
