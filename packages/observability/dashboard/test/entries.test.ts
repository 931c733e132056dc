import { createCache } from "@hitbox/cache";
import { compose } from "@hitbox/composition";
import { cacheBackend, cacheValue, delegateTo, json } from "@hitbox/core";
import { memory } from "@hitbox/memory";
import { switchable } from "@hitbox/wrappers";
import { expect, it } from "vitest";
import { get, open, openCache, post } from "./support/dashboards.ts";

const authorize = () => true;

it("keys of all namespaces are found by their beginning, and none of the cache's own", async () => {
  const shop = openCache();
  await shop.entity({ prefix: "user", version: 3 }).set({ id: 1 }, "Ann", { tags: ["users"] });
  await shop.namespace("eu").set("rates", 1);
  await shop.set("rates", 1);
  const page = open({ caches: { shop } });
  const all = await get(page, "/api/keys?source=shop");
  expect(all.body).toEqual({ keys: ["@eu:rates", '@user.v3:={"id":1}', "rates"], isComplete: true });
  const some = await get(page, "/api/keys?source=shop&prefix=@user");
  expect(some.body.keys).toEqual(['@user.v3:={"id":1}']);
});

it("records of the cache itself are not listed", async () => {
  const backend = cacheBackend(memory({ maxEntries: 10 }));
  await backend.set("%tag:prices", cacheValue("record"));
  await backend.set("rates", cacheValue(1));
  const { body } = await get(open({ backends: { near: backend } }), "/api/keys?source=near");
  expect(body).toEqual({ keys: ["rates"], isComplete: true });
});

it("many keys are listed in part, which the answer says", async () => {
  await using shop = createCache({ backend: memory({ maxEntries: 1_000 }), ttl: "5m" });
  await shop.setMany(Array.from({ length: 300 }, (_, index) => [`key${index}`, index] as const));
  const { body } = await get(open({ caches: { shop } }), "/api/keys?source=shop");
  expect([body.keys.length, body.isComplete]).toEqual([200, false]);
});

it("an entry is told with its times, tags and tiers, and without its value", async () => {
  const time = 1_700_000_000_000;
  const now = () => time;
  const near = cacheBackend(memory({ maxEntries: 10, now }), { now });
  const far = cacheBackend(memory({ maxEntries: 10, label: "far", format: json(), now }), { now });
  const backend = compose(near, far, { label: "both" });
  await using shop = createCache({ backend, ttl: "1m", staleWhileRevalidate: "1h", now });
  await shop.set("rates", { secret: "hunter2" }, { tags: ["prices"] });
  const { body } = await get(open({ caches: { shop } }), "/api/entry?source=shop&key=rates");
  expect(body).toMatchObject({ key: "rates", isFound: true, source: "both.memory", tags: ["prices"] });
  expect(body).toMatchObject({ createdAt: time, staleAt: time + 60_000, expiresAt: time + 3_660_000 });
  expect(body.tiers).toContainEqual(expect.objectContaining({ tier: "both.memory", status: "hit" }));
  expect(JSON.stringify(body)).not.toContain("hunter2");
  expect(body.value).toBeUndefined();
});

it("an entry is told to be fresh, stale by its tags, or invalid", async () => {
  await using shop = createCache({ backend: memory({ maxEntries: 10 }), ttl: "5m", staleIfError: "5m" });
  for (const key of ["fresh", "stale", "invalid"]) await shop.set(key, 1, { tags: [key] });
  await shop.expireTags(["stale"]);
  await shop.invalidateTags(["invalid"]);
  const page = open({ caches: { shop } });
  for (const key of ["fresh", "stale", "invalid"]) {
    const { body } = await get(page, `/api/entry?source=shop&key=${key}`);
    expect(body).toMatchObject({ isFound: true, state: key });
  }
});

it("a value is shown where that is allowed, and long ones in part", async () => {
  const shop = openCache();
  await shop.set("rates", { eur: 1.1 });
  await shop.set(
    "long",
    Array.from({ length: 5_000 }, () => "x".repeat(50)),
  );
  const page = open({ caches: { shop }, showValues: true });
  const { body } = await get(page, "/api/entry?source=shop&key=rates");
  expect(body.value).toEqual({ text: "{ eur: 1.1 }", isWhole: true });
  const long = await get(page, "/api/entry?source=shop&key=long");
  expect(long.body.value.isWhole).toBe(false);
  expect(long.body.value.text.length).toBeLessThanOrEqual(8_192);
});

it("a missing entry says which tiers were asked", async () => {
  const { body } = await get(open({ caches: { shop: openCache() } }), "/api/entry?source=shop&key=none");
  expect(body).toMatchObject({ isFound: false, tiers: [{ tier: "memory", status: "miss" }] });
});

it("a delete is the cache's own: a load that had begun is not stored", async () => {
  const shop = openCache();
  await shop.set("rates", 1);
  const page = open({ caches: { shop }, authorize });
  expect((await post(page, "/api/delete", { source: "shop", key: "rates" })).body).toEqual({
    wasThere: true,
  });
  expect((await post(page, "/api/delete", { source: "shop", key: "rates" })).body).toEqual({
    wasThere: false,
  });
  expect(await shop.get("rates")).toBeUndefined();
});

it("an invalidated tag takes its entries away, and no others", async () => {
  const shop = openCache();
  await shop.set("rates", 1, { tags: ["prices"] });
  await shop.set("names", 1);
  const page = open({ caches: { shop }, authorize });
  expect((await post(page, "/api/invalidate", { source: "shop", tag: "prices" })).status).toBe(200);
  expect([await shop.get("rates"), await shop.get("names")]).toEqual([undefined, 1]);
  const wrong = await post(page, "/api/invalidate", { source: "shop", tag: "%space:" });
  expect([wrong.status, wrong.body.error]).toEqual([400, expect.stringContaining("tags")]);
});

it("a backend without a cache has entries to delete, and no tags", async () => {
  const backend = memory({ maxEntries: 10 });
  await using shop = createCache({ backend, ttl: "5m" });
  await shop.set("rates", 1);
  const page = open({ backends: { near: backend }, authorize });
  expect((await get(page, "/api/keys?source=near")).body.keys).toEqual(["rates"]);
  expect((await post(page, "/api/delete", { source: "near", key: "rates" })).body).toEqual({
    wasThere: true,
  });
  expect((await post(page, "/api/invalidate", { source: "near", tag: "prices" })).status).toBe(400);
});

it("a tier is switched off and on", async () => {
  const near = switchable(memory({ maxEntries: 10 }));
  const page = open({ switches: { near }, authorize });
  expect((await post(page, "/api/switch", { name: "near", isOn: false })).body).toEqual({ isOn: false });
  expect(near.isOn).toBe(false);
  await post(page, "/api/switch", { name: "near", isOn: true });
  expect(near.isOn).toBe(true);
  expect((await post(page, "/api/switch", { name: "near", isOn: "no" })).status).toBe(400);
  expect((await post(page, "/api/switch", { name: "toString", isOn: true })).status).toBe(404);
});

it.each(["/api/entry?source=shop&key=%25tag:prices", "/api/entry?source=shop", "/api/keys"])(
  "%s is refused with a reason",
  async (path) => {
    const answer = await get(open({ caches: { shop: openCache() } }), path);
    expect([answer.status, answer.body.error]).toEqual([400, expect.any(String)]);
  },
);

it("a store that fails is told by its code, and its message is not shown", async () => {
  const broken = {
    ...delegateTo(memory({ maxEntries: 10 })),
    read: () => Promise.reject(new Error("redis://user:password@host failed")),
  };
  const answer = await get(open({ backends: { broken } }), "/api/entry?source=broken&key=rates");
  expect(answer.status).toBe(502);
  expect(answer.body.error).toContain("internal");
  expect(answer.body.error).not.toContain("password");
});
