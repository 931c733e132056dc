import assert from "node:assert/strict";
import type { Compressor } from "@hitbox/core";
import type { Cases } from "../../case.ts";
import { collectGarbage } from "../../collect-garbage.ts";
import { waysToDecompress } from "./variants.ts";

const MIB = 1024 * 1024;
const BOMB_BYTES = 64 * MIB;
const ANNOUNCED: readonly number[] = [1, 1_000, 65_536];
/** A refusal that is this quick, or takes this share of the whole, has not unpacked the whole. */
const QUICK_MS = 2;
const SHARE = 1 / 5;

export const bomb: Cases<Compressor> = {
  "a bomb throws, and is not unpacked first": async (compressor) => {
    const packed = compressor.compress(new Uint8Array(BOMB_BYTES));
    for (const [how, decompress] of Object.entries(waysToDecompress(compressor))) {
      const whole = await quickest(0, 2, () => decompress(packed, BOMB_BYTES));
      const enough = Math.max(QUICK_MS, whole * SHARE);
      for (const announced of ANNOUNCED) {
        const refuse = (): Promise<void> => assert.rejects(decompress(packed, announced), `${how} of a bomb`);
        const refusal = await quickest(enough, 10, refuse);
        const found = `${how} took ${refusal.toFixed(1)} ms to refuse what takes ${whole.toFixed(1)} ms to unpack`;
        assert.ok(refusal <= enough, found);
      }
    }
  },

  "a bomb throws, and no room is made for it": (compressor) => {
    const packed = compressor.compress(new Uint8Array(BOMB_BYTES));
    for (const announced of ANNOUNCED) {
      // Otherwise earlier cases' buffers may be freed meanwhile, and hide the memory taken.
      collectGarbage();
      const before = process.memoryUsage().arrayBuffers;
      assert.throws(() => compressor.decompress(packed, announced), "decompress of a bomb");
      const taken = process.memoryUsage().arrayBuffers - before;
      assert.ok(taken < BOMB_BYTES / 2, `decompress took ${Math.round(taken / MIB)} MiB to refuse a bomb`);
    }
  },
};

/**
 * Milliseconds of the quickest of some attempts, the last of which may be the first that is quick enough.
 * Other work of the machine only makes an attempt longer.
 */
async function quickest(enough: number, attempts: number, run: () => Promise<unknown>): Promise<number> {
  let best = Number.POSITIVE_INFINITY;
  for (let attempt = 0; attempt < attempts && best > enough; attempt++) {
    const start = performance.now();
    await run();
    best = Math.min(best, performance.now() - start);
  }
  return best;
}
