import assert from "node:assert/strict";
import type { Cases } from "../../case.ts";
import type { Opened, Scene } from "../../scene.ts";
import { untilDropped } from "../../time.ts";
import { fill, openToList, pagesOf, shownKeys } from "./listed.ts";

/** Pages after which entries are changed: a store may need many for the keys of others. */
const MOST_CHANGES = 50;

/** The first ones do: each is a batch of new keys. */
const MOST_WRITES = 10;

/** Large: in a store that others use, each page is looked for among their keys. */
const PAGE_SIZE = 100;

const SHORT_MS = 120;

function numbered(name: string, count: number): string[] {
  return Array.from({ length: count }, (_, n) => `${name}${n}`);
}

/** Lists page by page. All of `stays` have to come, whatever `between` does to other keys. */
async function expectStaying(
  { cache }: Opened,
  stays: readonly string[],
  what: string,
  between?: (page: number, keys: readonly string[]) => unknown,
  pageSize = PAGE_SIZE,
): Promise<void> {
  const keys = new Set((await pagesOf(cache, { pageSize }, between)).flat());
  const missed = stays.filter((key) => !keys.has(key));
  assert.deepEqual(missed, [], `${what} should have the keys that stayed, and misses ${shownKeys(missed)}`);
}

export const changingListings: Cases<Scene> = {
  "an entry that stays is listed, whatever is read, written and removed between the pages": async (scene) => {
    const opened = await openToList(scene);
    if (opened === undefined) return;
    const { cache } = opened;
    const stays = numbered("k", 300);
    const goes = stays.map((key) => `goes-${key}`);
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
    await expectStaying(opened, stays, "a listing beside changes", change, 20);
  },

  // Where as many come as go, a store that counts positions is right by chance.
  "an entry that stays is listed, though those listed before it are removed": async (scene) => {
    const opened = await openToList(scene);
    if (opened === undefined) return;
    const stays = numbered("k", 100);
    const goes = stays.map((key) => `${key}-goes`);
    await fill(opened, [...stays, ...goes]);
    await expectStaying(opened, stays, "a listing beside removals", async (_, keys) =>
      opened.cache.deleteMany(keys.filter((key) => key.endsWith("-goes"))),
    );
  },

  "an entry that stays is listed, though others are written meanwhile": async (scene) => {
    const opened = await openToList(scene);
    if (opened === undefined) return;
    const stays = numbered("k", 200);
    await fill(opened, stays);
    // Before the keys that stay, between them, and after them.
    await expectStaying(opened, stays, "a listing beside writes", async (page) => {
      if (page > MOST_WRITES) return;
      const comes = ["a", "k5-", "z"].flatMap((start) => numbered(`${start}${page}-`, 3));
      await fill(opened, comes);
    });
  },

  "a listing goes on past a page of entries that have expired": async (scene) => {
    const opened = await openToList(scene);
    if (opened === undefined) return;
    const stays = [...numbered("a", 60), ...numbered("z", 60)];
    await fill(opened, stays);
    // More than two pages of them in a row, and one among the first.
    await fill(opened, ["a0-short", ...numbered("k", 2 * PAGE_SIZE + 20)], SHORT_MS);
    await untilDropped(0, SHORT_MS);
    await expectStaying(opened, stays, "a listing past entries that have expired");
  },
};
