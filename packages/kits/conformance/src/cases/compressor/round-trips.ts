import assert from "node:assert/strict";
import type { Compressor } from "@hitbox/core";
import type { Cases } from "../../case.ts";
import { noise } from "../../sample.ts";
import { inputsFor, repetitive } from "./inputs.ts";
import { expectSameBytes, waysToCompress, waysToDecompress } from "./variants.ts";

export const roundTrips: Cases<Compressor> = {
  "the id is 1–64 characters of a-z 0-9 . _ - and minBytes is 1 or more": ({ id, minBytes }) => {
    assert.match(id, /^[a-z0-9._-]{1,64}$/);
    const ok = minBytes === Number.POSITIVE_INFINITY || (Number.isSafeInteger(minBytes) && minBytes >= 1);
    assert.ok(ok, `minBytes is ${minBytes}`);
  },

  "bytes of any size come back, whichever way they were compressed and are decompressed": async (
    compressor,
  ) => {
    for (const [how, compress] of Object.entries(waysToCompress(compressor))) {
      for (const bytes of inputsFor(compressor)) {
        const compressed = await compress(bytes);
        assert.ok(compressed instanceof Uint8Array, `${how} should give a Uint8Array`);
        for (const [back, decompress] of Object.entries(waysToDecompress(compressor))) {
          const found = await decompress(compressed, bytes.byteLength);
          expectSameBytes(found, bytes, `${bytes.byteLength} bytes after ${how} and ${back}`);
        }
      }
    }
  },

  "what cannot be shrunk grows by little": async (compressor) => {
    for (const [how, compress] of Object.entries(waysToCompress(compressor))) {
      for (const bytes of inputsFor(compressor)) {
        const { byteLength } = await compress(bytes);
        const most = bytes.byteLength * 1.02 + 256;
        assert.ok(byteLength <= most, `${how} made ${byteLength} bytes of ${bytes.byteLength}`);
      }
    }
  },

  "views into larger buffers are compressed and decompressed without their surroundings": async (
    compressor,
  ) => {
    const bytes = Buffer.concat([noise(50), repetitive(3_000), noise(50)]).subarray(50, 3_050);
    const compressed = compressor.compress(bytes);
    const larger = Buffer.concat([noise(9), compressed, noise(9)]).subarray(9, 9 + compressed.byteLength);
    for (const decompress of Object.values(waysToDecompress(compressor))) {
      expectSameBytes(await decompress(larger, 3_000), repetitive(3_000), "the view");
    }
  },

  "input is left as it is": async (compressor) => {
    for (const bytes of [noise(5_000), repetitive(5_000)]) {
      const copy = Uint8Array.from(bytes);
      for (const compress of Object.values(waysToCompress(compressor))) {
        const compressed = await compress(bytes);
        const compressedCopy = Uint8Array.from(compressed);
        expectSameBytes(bytes, copy, "the input of compress");
        for (const decompress of Object.values(waysToDecompress(compressor))) {
          await decompress(compressed, bytes.byteLength);
          expectSameBytes(compressed, compressedCopy, "the input of decompress");
        }
      }
    }
  },

  "many at once do not disturb each other, nor what was made before": async (compressor) => {
    const inputs = Array.from({ length: 24 }, (_, index) =>
      (index % 2 ? noise : repetitiveOf)(20_000 + index, index),
    );
    const [compress, decompress] = [waysToCompress(compressor), waysToDecompress(compressor)];
    const made = await Promise.all(
      inputs.flatMap((bytes) =>
        Object.values(compress).flatMap((pack) =>
          Object.values(decompress).map(async (unpack) => ({
            bytes,
            back: await unpack(await pack(bytes), bytes.byteLength),
          })),
        ),
      ),
    );
    for (const { bytes, back } of made) expectSameBytes(back, bytes, `one of ${made.length} results`);
  },
};

function repetitiveOf(size: number, seed: number): Uint8Array {
  return new Uint8Array(Buffer.alloc(size, `number ${seed}, `));
}
