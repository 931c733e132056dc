import assert from "node:assert/strict";
import { cacheValue } from "@hitbox/core";
import type { Cases } from "../../case.ts";
import { expectFailure, shown } from "../../expect.ts";
import type { Opened, Scene } from "../../scene.ts";
import { listed, pagesOf } from "./listed.ts";

const NUMBERED: readonly string[] = Array.from({ length: 300 }, (_, n) => `k${n}`);
const KEYS: readonly string[] = [
  ...["key", ":key", "*", "a:b:c", "a:b", "日本", "日", " ", ".", "..", ".a", "%", "%25", "[k]", "?", "\\"],
  ...NUMBERED,
];
const PREFIXES = ["k", "k1", "a:", "a:b:c", "日", "*", "?", "[", ".", "%", "\\", "none"];

/** Pages after which entries are changed: a store may need many for the keys of others. */
const MOST_CHANGES = 50;

/** Opens a backend that can list; undefined for one that cannot, which has to refuse it. */
async function openToList({ open }: Scene, space?: string): Promise<Opened | undefined> {
  const opened = await open(space);
  const { cache, raw, supports } = opened;
  const isReversible = raw === undefined || raw.keyFormat.decode !== undefined;
  if (supports.keys && isReversible) return opened;
  await expectFailure(cache, "unsupported", "a listing", () => listed(cache));
  return undefined;
}

async function fill({ cache }: Opened, keys: readonly string[]): Promise<void> {
  await cache.setMany(keys.map((key) => [key, cacheValue(key, { ttl: 3_600_000 })]));
}

function expectListed(listed: readonly string[], keys: readonly string[], what: string): void {
  const missed = keys.filter((key) => !listed.includes(key));
  const extra = listed.filter((key) => !keys.includes(key));
  assert.deepEqual(missed, [], `${what} should have ${shownKeys(missed)}`);
  assert.deepEqual(extra, [], `${what} should not have ${shownKeys(extra)}`);
}

function shownKeys(keys: readonly string[]): string {
  const more = keys.length > 5 ? ` and ${keys.length - 5} more` : "";
  return keys.slice(0, 5).map(shown).join(", ") + more;
}

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

  "keys lists no entry of another space": async (scene) => {
    const opened = await openToList(scene);
    if (opened === undefined) return;
    await fill(opened, ["own"]);
    for (const space of scene.lookAlikes) await fill(await scene.open(space), ["key", "own"]);
    expectListed(await listed(opened.cache), ["own"], "a listing beside other spaces");
  },

  "an entry that stays is listed, whatever is read, written and removed between the pages": async (scene) => {
    const opened = await openToList(scene);
    if (opened === undefined) return;
    const { cache } = opened;
    const [stays, goes] = [NUMBERED, NUMBERED.map((key) => `goes-${key}`)];
    await fill(
      opened,
      goes.flatMap((key, index) => [key, stays[index] as string]),
    );
    const change = async (page: number): Promise<void> => {
      if (page > MOST_CHANGES) return;
      const [stay, go] = [stays.at(-page) as string, goes.at(-page) as string];
      await cache.get(stay);
      await cache.delete(go);
      await fill(opened, [`comes-${page}`, stays[page - 1] as string]);
    };
    const keys = new Set((await pagesOf(cache, { pageSize: 20 }, change)).flat());
    const missed = stays.filter((key) => !keys.has(key));
    assert.deepEqual(missed, [], "keys that stayed should all be listed");
  },
};
