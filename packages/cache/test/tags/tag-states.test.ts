import { createCache, isTagRecord, tagStates } from "@hitbox/cache";
import { cacheBackend } from "@hitbox/core";
import { expect, it, onTestFinished } from "vitest";
import { sharedStore } from "../support/shared-store.ts";

it("says of each tag of a stored entry whether the entry stands by it", async () => {
  const backend = cacheBackend(sharedStore(Date.now));
  const cache = createCache({ backend, ttl: "1h", staleWhileRevalidate: "1h" });
  onTestFinished(() => cache.close());
  const names = ["kept", "expired", "invalidated"];
  await cache.namespace("space", { clear: true }).set("key", 1, { tags: names });
  const [key = ""] = (await keysOf(backend)).filter((text) => !isTagRecord(text));
  await cache.expireTags(["expired"]);
  await cache.invalidateTags(["invalidated"]);
  const states = await tagStates(backend, (await backend.get(key))?.tags ?? []);
  expect(states).toEqual([
    { name: "kept", kind: "tag", state: "valid" },
    { name: "expired", kind: "tag", state: "stale", staleAt: expect.any(Number) },
    { name: "invalidated", kind: "tag", state: "invalid" },
    { name: "@space:", kind: "namespace", state: "valid" },
  ]);
});

it("knows no tags of an entry without tags", async () => {
  const backend = cacheBackend(sharedStore(Date.now));
  onTestFinished(() => backend.close());
  expect(await tagStates(backend, [])).toEqual([]);
});

async function keysOf(backend: ReturnType<typeof cacheBackend>): Promise<string[]> {
  const keys: string[] = [];
  for await (const page of backend.keys()) keys.push(...page);
  return keys;
}
