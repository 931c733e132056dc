import assert from "node:assert/strict";
import type { Compressor } from "@hitbox/core";
import type { Cases } from "../../case.ts";
import { bitFlipsOf, foreignBytes, truncationsOf } from "../../damage.ts";
import { repetitive, smallInputs } from "./inputs.ts";
import { expectRefusalOrSize, expectSameBytes, waysToDecompress } from "./variants.ts";

const MIB = 1024 * 1024;
const BOMB_BYTES = 64 * MIB;

export const hostileInput: Cases<Compressor> = {
  "a size that is not the real one is refused": async (compressor) => {
    for (const bytes of smallInputs()) {
      const compressed = compressor.compress(bytes);
      const size = bytes.byteLength;
      for (const wrong of [0, 1, size - 1, size + 1, 2 * size, 16 * MIB]) {
        for (const [how, decompress] of Object.entries(waysToDecompress(compressor))) {
          await assert.rejects(decompress(compressed, wrong), `${how} to ${wrong} instead of ${size} bytes`);
        }
      }
    }
  },

  "what is cut short throws, or has the size that was announced": async (compressor) => {
    await decompressAll(compressor, (compressed) => truncationsOf(compressed));
  },

  "what has flipped bits throws, or has the size that was announced": async (compressor) => {
    await decompressAll(compressor, (compressed) => bitFlipsOf(compressed, 300));
  },

  "what was never compressed throws, or has the size that was announced": async (compressor) => {
    await decompressAll(compressor, () => foreignBytes(300));
  },

  "a bomb throws, and is not unpacked first": async (compressor) => {
    const bomb = compressor.compress(new Uint8Array(BOMB_BYTES));
    for (const [how, decompress] of Object.entries(waysToDecompress(compressor))) {
      for (const announced of [1, 1_000, 65_536]) {
        const before = memoryTaken();
        await assert.rejects(decompress(bomb, announced), `${how} of a bomb should be refused`);
        const after = memoryTaken();
        const taken = Math.max(...after.map((bytes, index) => bytes - (before[index] ?? 0)));
        assert.ok(taken < BOMB_BYTES / 2, `${how} took ${Math.round(taken / MIB)} MiB to refuse a bomb`);
      }
    }
  },

  "a compressor works on after damaged input": async (compressor) => {
    const bytes = repetitive(4_000);
    const compressed = compressor.compress(bytes);
    for (const decompress of Object.values(waysToDecompress(compressor))) {
      for (const damaged of bitFlipsOf(compressed, 20)) await expectRefusalOrSize(decompress, damaged, 4_000);
      expectSameBytes(await decompress(compressed, 4_000), bytes, "what was intact");
    }
  },
};

async function decompressAll(
  compressor: Compressor,
  damage: (compressed: Uint8Array) => Iterable<Uint8Array>,
): Promise<void> {
  for (const bytes of smallInputs()) {
    for (const damaged of damage(compressor.compress(bytes))) {
      for (const decompress of Object.values(waysToDecompress(compressor))) {
        await expectRefusalOrSize(decompress, damaged, bytes.byteLength);
      }
    }
  }
}

/** Bytes in buffers that are not collected yet, and, in case the collector is quick, the most the process ever held. */
function memoryTaken(): number[] {
  return [process.memoryUsage().arrayBuffers, process.resourceUsage().maxRSS * 1_024];
}
