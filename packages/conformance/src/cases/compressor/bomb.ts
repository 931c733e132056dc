import assert from "node:assert/strict";
import type { Compressor } from "@hitbox/core";
import type { Cases } from "../../case.ts";
import { waysToDecompress } from "./variants.ts";

const MIB = 1024 * 1024;
const BOMB_BYTES = 64 * MIB;
const ANNOUNCED: readonly number[] = [1, 1_000, 65_536];
/** A refusal that is this quick has unpacked nothing, however quick the compressor is. */
const QUICK_MS = 2;

export const bomb: Cases<Compressor> = {
  "a bomb throws, and is not unpacked first": async (compressor) => {
    const packed = compressor.compress(new Uint8Array(BOMB_BYTES));
    for (const [how, decompress] of Object.entries(waysToDecompress(compressor))) {
      const whole = await quickest(2, () => decompress(packed, BOMB_BYTES));
      for (const announced of ANNOUNCED) {
        const refusal = await quickest(3, () =>
          assert.rejects(decompress(packed, announced), `${how} of a bomb`),
        );
        const share = `${how} took ${refusal.toFixed(1)} ms to refuse what takes ${whole.toFixed(1)} ms to unpack`;
        assert.ok(refusal < Math.max(QUICK_MS, whole / 2), share);
      }
    }
  },

  // A quick collector can hide what was allocated, but nothing can be seen that was not.
  "a bomb throws, and no room is made for it": (compressor) => {
    const packed = compressor.compress(new Uint8Array(BOMB_BYTES));
    for (const announced of ANNOUNCED) {
      const before = process.memoryUsage().arrayBuffers;
      assert.throws(() => compressor.decompress(packed, announced), "decompress of a bomb");
      const taken = process.memoryUsage().arrayBuffers - before;
      assert.ok(taken < BOMB_BYTES / 2, `decompress took ${Math.round(taken / MIB)} MiB to refuse a bomb`);
    }
  },
};

/** Milliseconds of the quickest of some attempts: what else the machine does only ever makes them longer. */
async function quickest(attempts: number, run: () => Promise<unknown>): Promise<number> {
  const took: number[] = [];
  for (let attempt = 0; attempt < attempts; attempt++) {
    const start = performance.now();
    await run();
    took.push(performance.now() - start);
  }
  return Math.min(...took);
}
