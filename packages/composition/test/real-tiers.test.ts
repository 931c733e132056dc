import { compose, offload } from "@hitbox/composition";
import { type CacheContext, cacheContext, cacheValue } from "@hitbox/core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { PAIRS, RealStores } from "./support/real-stores.ts";
import { type RealTier, realTier } from "./support/real-tier.ts";
import {
  answerOf,
  DELETE_TABLE,
  END,
  expectAnswer,
  expectDelete,
  expectFailures,
  expectRead,
  NEWER_STALE,
  READ_POLICIES,
  READ_TABLE,
  type ReadState,
  resultOf,
  STALE,
  WRITE_TABLE,
} from "./support/tables.ts";

const stores = new RealStores();
let keys = 0;

beforeAll(() => stores.start());
afterAll(() => stores.close());

async function prepare(tier: RealTier, key: string, state: ReadState, data: string): Promise<void> {
  if (state === "H" || state === "damaged") await tier.put(key, data, { expiresAt: END });
  if (state === "S") await tier.put(key, data, STALE);
  if (state === "S+") await tier.put(key, data, NEWER_STALE);
  if (state === "H+") await tier.put(key, data);
  if (state === "expired") await tier.expire(key);
  if (state === "damaged") await tier.damage(key);
  if (state === "E") tier.failing.add("read");
}

describe.each(PAIRS)("%s over %s", (first, second) => {
  const pair = (): readonly [RealTier, RealTier, key: string] => [
    realTier(stores.open(first, "l1")),
    realTier(stores.open(second, "l2")),
    `cell-${keys++}`,
  ];

  describe.each(READ_POLICIES.map((policy) => ({ policy, name: policy.name })))(
    "read: $name",
    ({ policy }) => {
      test.each(READ_TABLE)("%s, %s", async (...row) => {
        const [l1, l2, key] = pair();
        await prepare(l1, key, row[0], "L1");
        await prepare(l2, key, row[1], "L2");
        const background = offload();
        const backend = compose(l1.backend, l2.backend, { read: policy, offload: background });
        await expectRead(policy, row, (context) => backend.get(key, context));
        await background.drain();
      });

      test.each(READ_TABLE)("%s, %s, in a batch", async (...row) => {
        const [l1, l2, key] = pair();
        const keys = [key, `${key} too`];
        for (const each of keys) {
          await prepare(l1, each, row[0], "L1");
          await prepare(l2, each, row[1], "L2");
        }
        const background = offload();
        const backend = compose(l1.backend, l2.backend, { read: policy, offload: background });
        for (const index of [0, 1]) {
          const read = async () => (await backend.getMany(keys))[index];
          expectAnswer(policy, row, await answerOf(read));
          await background.drain();
          // A refill would change what the second time finds.
          if (row[0] !== "H" && row[0] !== "H+") break;
        }
      });
    },
  );

  describe.each(WRITE_TABLE.map(([policy, rows]) => ({ policy, rows, name: policy.name })))(
    "write: $name",
    ({ policy, rows }) => {
      test.each(rows)("%s, %s", async (one, two, expected, holds) => {
        const [l1, l2, key] = pair();
        for (const tier of [l1, l2]) await tier.put(key, "old");
        if (one === "err") l1.failing.add("write");
        if (two === "err") l2.failing.add("write");
        const background = offload();
        const backend = compose(l1.backend, l2.backend, { write: policy, offload: background });
        const context: CacheContext = cacheContext();
        expect(await resultOf(() => backend.set(key, cacheValue("new"), context))).toBe(expected);
        await background.drain();
        // What was dropped ends some time.
        await expect.poll(async () => [await l1.held(key), await l2.held(key)]).toEqual(holds);
        expectFailures(context, policy, one, two);
      });

      test.each(rows)("%s, %s, in a batch", async (one, two, expected, holds) => {
        const [l1, l2, key] = pair();
        const keys = [key, `${key} too`];
        for (const tier of [l1, l2]) for (const each of keys) await tier.put(each, "old");
        if (one === "err") l1.failing.add("write");
        if (two === "err") l2.failing.add("write");
        const background = offload();
        const backend = compose(l1.backend, l2.backend, { write: policy, offload: background });
        const entries = keys.map((each) => [each, cacheValue("new")] as const);
        expect(await resultOf(() => backend.setMany(entries))).toBe(expected);
        await background.drain();
        for (const each of keys)
          await expect.poll(async () => [await l1.held(each), await l2.held(each)]).toEqual(holds);
      });
    },
  );

  describe.each(["strict", "optimistic"] as const)("delete: %s", (policy) => {
    test.each(DELETE_TABLE)("%s, %s", async (...row) => {
      const [l1, l2, key] = pair();
      for (const [at, tier] of [l1, l2].entries()) {
        if (row[at] === "held") await tier.put(key, 1);
        if (row[at] === "err") tier.failing.add("remove");
      }
      await expectDelete(policy, row, () => compose(l1.backend, l2.backend, { delete: policy }).delete(key));
    });

    test.each(DELETE_TABLE)("%s, %s, in a batch", async (...row) => {
      const [l1, l2, key] = pair();
      const keys = [key, `${key} too`];
      for (const [at, tier] of [l1, l2].entries()) {
        if (row[at] === "held") for (const each of keys) await tier.put(each, 1);
        if (row[at] === "err") tier.failing.add("remove");
      }
      const backend = compose(l1.backend, l2.backend, { delete: policy });
      await expectDelete(policy, row, async () => (await backend.deleteMany(keys))[1]);
    });
  });
});
