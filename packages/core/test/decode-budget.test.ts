import { type Compressor, cacheBackend } from "@hitbox/core";
import { assertProperty } from "@hitbox/test-support";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { DecodeBudget } from "../src/pipeline/decode-budget.ts";
import { mapBackend } from "./support/map-backend.ts";

const MIB = 1024 * 1024;

/** Work that ends when it is told to. */
function manual(): { readonly work: () => Promise<void>; finish: () => void; started: boolean } {
  const job = {
    started: false,
    finish: () => {},
    work: () => {
      job.started = true;
      return new Promise<void>((resolve) => {
        job.finish = resolve;
      });
    },
  };
  return job;
}

describe("the budget for decoding", () => {
  test("starts at once the work that fits, and the rest in order", async () => {
    const budget = new DecodeBudget(10);
    const [first, second, third, fourth] = [manual(), manual(), manual(), manual()];
    const done = [
      budget.run(6, first.work),
      budget.run(6, second.work),
      budget.run(1, third.work),
      budget.run(99, fourth.work),
    ];
    expect([first, second, third, fourth].map(({ started }) => started)).toEqual([true, false, false, false]);
    first.finish();
    await done[0];
    expect([second, third, fourth].map(({ started }) => started)).toEqual([true, true, false]);
    second.finish();
    third.finish();
    await Promise.all(done.slice(0, 3));
    await Promise.resolve();
    expect(fourth.started).toBe(true);
    fourth.finish();
    await done[3];
  });

  test("is never exceeded, and everything ends, whatever fails", async () => {
    const jobs = fc.array(fc.tuple(fc.nat({ max: 15 }), fc.boolean()), { maxLength: 30 });
    await assertProperty(
      fc.asyncProperty(jobs, fc.scheduler(), async (sizes, scheduler) => {
        const budget = new DecodeBudget(10);
        let used = 0;
        const results = sizes.map(([bytes, fails]) =>
          budget.run(bytes, async () => {
            used += Math.min(bytes, 10);
            expect(used).toBeLessThanOrEqual(10);
            await scheduler.schedule(Promise.resolve());
            used -= Math.min(bytes, 10);
            if (fails) throw new Error("failed");
          }),
        );
        await scheduler.waitFor(Promise.allSettled(results));
        expect(used).toBe(0);
      }),
      { runs: 100 },
    );
  });

  test("is shared by all backends of the process: what does not fit waits", async () => {
    let [now, most] = [0, 0];
    const counting: Compressor = {
      id: "counting",
      minBytes: 1,
      compress: (bytes) => bytes,
      decompress: (bytes) => bytes,
      decompressLarge: async (bytes, size) => {
        now += size;
        most = Math.max(most, now);
        await new Promise((resolve) => setImmediate(resolve));
        now -= size;
        return bytes;
      },
    };
    const times = { createdAt: 1, staleAt: undefined, expiresAt: undefined, tags: undefined };
    const entry = {
      payload: Buffer.from("1"),
      format: "json",
      compressor: "counting",
      decodedBytes: 24 * MIB,
      ...times,
    };
    const backends = [1, 2].map(() => {
      const store = mapBackend({ compressor: counting });
      store.entries.set("k", entry);
      return cacheBackend(store);
    });
    const reads = Array.from({ length: 20 }, async (_, index) => backends[index % 2]?.get("k"));
    expect((await Promise.all(reads)).map((value) => value?.data)).toEqual(Array(20).fill(1));
    expect(most).toBe(48 * MIB);
  });
});
