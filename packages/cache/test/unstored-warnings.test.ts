import { createCache } from "@hitbox/cache";
import { compose } from "@hitbox/composition";
import { type BackendWarning, delegateTo } from "@hitbox/core";
import { memory } from "@hitbox/memory";
import { expect, test, vi } from "vitest";

class Money {
  readonly cents = 1;
}

const price = (): unknown => ({ price: new Money() });

function open() {
  const told: BackendWarning[] = [];
  const backend = compose(memory({ maxEntries: 10 }), memory({ label: "far", maxEntries: 10 }));
  const cache = createCache({ backend, ttl: "1m", onWarning: (warning) => told.push(warning) });
  return { cache, told };
}

test("a loaded value that no tier takes is warned of once, with its place and the remedy", async () => {
  const { cache, told } = open();
  for (const key of ["secret 1", "secret 1", "secret 2"]) await cache.getOrSet(key, async () => price());
  expect(told).toMatchObject([{ backend: "memory>far", code: "HITBOX_UNSTORED" }]);
  expect(told[0]?.message).toMatch(
    /^memory>far: a value was loaded and cannot be stored, so each call loads it/,
  );
  expect(told[0]?.message).toMatch(/value\.price is an instance of Money.*store plain data instead$/);
  expect(told[0]?.message).not.toContain("secret");
});

test("each reason is warned of", async () => {
  const { cache, told } = open();
  await cache.getOrSet("a", async () => price());
  await cache.getOrSet("b", async () => ({ other: new Money() }));
  await cache.getOrSetMany(["c", "d"], async () => [() => 1, 1] as unknown[]);
  expect(told.map(({ message }) => /value\S* is an? \w+/.exec(message)?.[0])).toEqual([
    "value.price is an instance",
    "value.other is an instance",
    "value is a function",
  ]);
});

test("values that are too large are one reason, whatever their sizes", async () => {
  const told: BackendWarning[] = [];
  const backend = memory({ maxEntries: 10, maxBytes: 5_000 });
  const cache = createCache({ backend, ttl: "1m", onWarning: (warning) => told.push(warning) });
  await cache.getOrSet("a", async () => "x".repeat(10_000));
  await cache.getOrSet("b", async () => "x".repeat(20_000));
  expect(told).toHaveLength(1);
  expect(told[0]?.message).toMatch(/`maxBytes` is 5000/);
});

test("no more than a hundred reasons are warned of", async () => {
  const { cache, told } = open();
  for (let index = 0; index < 110; index++)
    await cache.getOrSet("a", async () => ({ [`field ${index}`]: new Money() }));
  expect(told).toHaveLength(100);
});

test("nothing is warned of values that a store does not take because it is away", async () => {
  const told: BackendWarning[] = [];
  const fails = (): never => {
    throw new Error("away");
  };
  const onWarning = (): void => {};
  const away = { ...delegateTo(memory({ maxEntries: 10, onWarning })), read: fails, write: fails };
  const cache = createCache({ backend: away, ttl: "1m", onWarning: (warning) => told.push(warning) });
  expect(await cache.getOrSet("a", async () => 1)).toBe(1);
  expect(told).toEqual([]);
});

test("Node's own warnings say it by default, and no listener fails a load", async () => {
  const emitted = vi.spyOn(process, "emitWarning").mockReturnValue();
  const cache = createCache({ backend: memory({ maxEntries: 10 }), ttl: "1m" });
  await cache.getOrSet("a", async () => price());
  expect(emitted).toHaveBeenCalledExactlyOnceWith(expect.stringContaining("Money"), {
    type: "HitboxWarning",
    code: "HITBOX_UNSTORED",
  });
  emitted.mockRestore();
  const onWarning = (): never => {
    throw new Error("operator's own");
  };
  const silent = createCache({ backend: memory({ maxEntries: 10 }), ttl: "1m", onWarning });
  expect(await silent.getOrSet("a", async () => "kept")).toBe("kept");
  await expect(silent.getOrSet("b", async () => price())).resolves.toBeDefined();
});
