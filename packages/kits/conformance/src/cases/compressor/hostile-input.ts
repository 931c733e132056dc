import assert from "node:assert/strict";
import type { Compressor } from "@hitbox/core";
import type { Cases } from "../../case.ts";
import { bitFlipsOf, foreignBytes, truncationsOf } from "../../damage.ts";
import { repetitive, smallInputs } from "./inputs.ts";
import { expectRefusalOrSize, expectSameBytes, waysToDecompress } from "./variants.ts";

const MIB = 1024 * 1024;

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
