import assert from "node:assert/strict";
import { cacheValue } from "@hitbox/core";
import type { Cases } from "../../case.ts";
import type { Scene } from "../../scene.ts";
import { untilDropped } from "../../time.ts";
import { expectListed, fill, listed, openToList } from "./listed.ts";

const NUMBERED: readonly string[] = Array.from({ length: 300 }, (_, n) => `k${n}`);
const KEYS: readonly string[] = [
  ...["key", ":key", "*", "a:b:c", "a:b", "日本", "日", " ", ".", "..", ".a", "%", "%25", "[k]", "?", "\\"],
  ...NUMBERED,
];
const SHORT_MS = 30;
const PREFIXES = ["k", "k1", "a:", "a:b:c", "日", "*", "?", "[", ".", "%", "\\", "none"];

export const listing: Cases<Scene> = {
  "keys lists every entry, in large pages and in small ones, or is refused as unsupported": async (scene) => {
    const opened = await openToList(scene);
    if (opened === undefined) return;
    expectListed(await listed(opened.cache), [], "a listing of a space without entries");
    await fill(opened, KEYS);
    for (const pageSize of [1_000, 20])
      expectListed(await listed(opened.cache, { pageSize }), KEYS, `a listing by pages of ${pageSize}`);
  },

  "keys lists the keys that begin with a prefix, whatever characters it holds": async (scene) => {
    const opened = await openToList(scene);
    if (opened === undefined) return;
    await fill(opened, KEYS);
    for (const prefix of PREFIXES) {
      const expected = KEYS.filter((key) => key.startsWith(prefix));
      expectListed(await listed(opened.cache, { prefix }), expected, `a listing of the prefix "${prefix}"`);
    }
  },

  "a page of keys holds about as many keys as were asked for": async (scene) => {
    const opened = await openToList(scene);
    const list = opened?.raw?.keys?.bind(opened.raw);
    if (opened === undefined || list === undefined) return;
    await fill(opened, NUMBERED);
    const { keys } = await list({ prefix: "", cursor: undefined, limit: 10 });
    assert.ok(keys.length <= 100, `10 keys were asked for, and ${keys.length} came`);
  },

  "keys lists no key that was removed, nor one that holds a lease and no entry": async (scene) => {
    const opened = await openToList(scene);
    if (opened === undefined) return;
    const { cache, supports } = opened;
    await fill(opened, ["here", "leased", "gone"]);
    await cache.delete("gone");
    if (supports.lease) for (const key of ["leased", "awaited"]) await cache.lease(key, 60_000);
    expectListed(await listed(cache), ["here", "leased"], "a listing beside a delete and leases");
  },

  // Whoever deletes by a prefix has to reach loads that have begun in other processes.
  "keys lists what loads that have begun hold, if asked for, and a delete of it voids their fences": async (
    scene,
  ) => {
    const opened = await openToList(scene);
    if (!opened?.supports.lease) return;
    const { cache } = opened;
    await cache.set("load:over", cacheValue("short", { ttl: SHORT_MS }));
    const keys = ["load:new", "load:over"];
    const leases = await Promise.all(keys.map(async (key) => cache.lease(key, 60_000)));
    await untilDropped(0, SHORT_MS);
    const asked = { prefix: "load:", leased: true };
    expectListed(await listed(cache, asked), keys, "a listing of leased keys");
    await cache.deleteMany(keys);
    for (const [at, key] of keys.entries()) {
      const isSet = await cache.setFenced(key, cacheValue("late"), leases[at]?.fence ?? "");
      assert.equal(isSet, false, `the fence of "${key}" should be void after a delete`);
    }
  },

  "keys lists no entry of another space": async (scene) => {
    const opened = await openToList(scene);
    if (opened === undefined) return;
    await fill(opened, ["own"]);
    for (const space of scene.lookAlikes) await fill(await scene.open(space), ["key", "own"]);
    expectListed(await listed(opened.cache), ["own"], "a listing beside other spaces");
  },
};
