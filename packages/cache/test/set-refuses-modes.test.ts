import { type CallOptions, createCache } from "@hitbox/cache";
import { memory } from "@hitbox/memory";
import { expect, it } from "vitest";

const WRONG: Readonly<Record<string, CallOptions>> = {
  mode: { mode: "no-store" },
  maxAge: { maxAge: "1m" },
  signal: { signal: new AbortController().signal },
};

it.each(Object.entries(WRONG))("set and setMany refuse `%s`, and store nothing", async (name, wrong) => {
  const cache = createCache({ backend: memory({ maxEntries: 10 }), ttl: "1m" });
  const refusal = (method: string) => new RegExp(`^cache\\.${method}: \`${name}\` is not an option`);
  await expect(cache.set("a", 1, wrong)).rejects.toThrow(refusal("set"));
  await expect(cache.setMany([["a", 1]], wrong)).rejects.toThrow(refusal("setMany"));
  await expect(cache.setMany([["a", 1, wrong]])).rejects.toThrow(refusal("setMany"));
  expect(await cache.has("a")).toBe(false);
});

it("an option of a call that loads may be there without a value", async () => {
  const cache = createCache({ backend: memory({ maxEntries: 10 }), ttl: "1m" });
  await cache.set("a", 1, { mode: undefined } as CallOptions);
  expect(await cache.get("a")).toBe(1);
});
