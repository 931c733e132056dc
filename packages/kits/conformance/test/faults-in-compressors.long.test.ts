import { constants, deflateSync, gunzipSync, gzipSync } from "node:zlib";
import { type Compressor, exactSize, gzip } from "@hitbox/core";
import { testCompressorFaults } from "./support/planted.ts";

/** gzip with something changed about it, on the calling thread only. */
function broken(changes: Partial<Compressor>): Compressor {
  const { id, minBytes, compress, decompress } = gzip({ minBytes: 100 });
  return { id, minBytes, compress, decompress, ...changes };
}

const scratch = Buffer.alloc(2_000_000);

let stuck = false;

const ROUND_TRIP = "bytes of any size come back, whichever way they were compressed and are decompressed";
const SIZE = "a size that is not the real one is refused";
const BOMB = "a bomb throws, and is not unpacked first";
const INPUT = "input is left as it is";
const VIEWS = "views into larger buffers are compressed and decompressed without their surroundings";

testCompressorFaults("compressors", {
  "never looks at the size": {
    compressor: broken({ decompress: (bytes) => gunzipSync(bytes) }),
    caughtBy: [SIZE, BOMB],
  },
  "looks at the size when all is unpacked": {
    compressor: broken({ decompress: (bytes, size) => exactSize(gunzipSync(bytes), size) }),
    caughtBy: [BOMB],
  },
  "looks at the size when all is unpacked off the thread": {
    compressor: broken({ decompressLarge: async (bytes, size) => exactSize(gunzipSync(bytes), size) }),
    caughtBy: [BOMB],
  },
  "makes room for what the payload says of itself": {
    compressor: broken({
      decompress: (bytes, size) => {
        const room = Buffer.alloc(Buffer.from(bytes).readUInt32LE(bytes.byteLength - 4));
        room.set(exactSize(gunzipSync(bytes, { maxOutputLength: size || 1 }), size));
        return room.subarray(0, size);
      },
    }),
    caughtBy: ["a bomb throws, and no room is made for it"],
  },
  "cuts or fills up to the size": {
    compressor: broken({
      decompress: (bytes, size) => {
        const output = Buffer.alloc(size);
        output.set(gunzipSync(bytes).subarray(0, size));
        return output;
      },
    }),
    caughtBy: [SIZE],
  },
  "gives what there is of a payload that is cut short": {
    compressor: broken({
      decompress: (bytes, size) => {
        const limits = { finishFlush: constants.Z_SYNC_FLUSH, maxOutputLength: Math.max(size, 1) };
        return gunzipSync(bytes, limits);
      },
    }),
    caughtBy: [SIZE, "what is cut short throws, or has the size that was announced"],
  },
  "answers damage with nothing": {
    compressor: broken({
      decompress: (bytes, size) => {
        try {
          return gzip().decompress(bytes, size);
        } catch {
          return new Uint8Array(0);
        }
      },
    }),
    caughtBy: [
      SIZE,
      "what is cut short throws, or has the size that was announced",
      "what has flipped bits throws, or has the size that was announced",
      "what was never compressed throws, or has the size that was announced",
    ],
  },
  "is stuck after damage": {
    compressor: broken({
      decompress: (bytes, size) => {
        if (stuck) throw new Error("decoder is in an error state");
        stuck = true;
        const output = gzip().decompress(bytes, size);
        stuck = false;
        return output;
      },
    }),
    caughtBy: ["a compressor works on after damaged input"],
  },
  "compresses off the thread in another way": {
    compressor: broken({ compressLarge: (bytes) => deflateSync(bytes) }),
    caughtBy: [ROUND_TRIP],
  },
  "has nothing for empty input": {
    compressor: broken({ compress: (bytes) => (bytes.byteLength === 0 ? gzipSync(" ") : gzipSync(bytes)) }),
    caughtBy: [ROUND_TRIP],
  },
  "compresses the whole buffer that its input is a view of": {
    compressor: broken({ compress: ({ buffer }) => gzipSync(new Uint8Array(buffer)) }),
    caughtBy: [VIEWS],
  },
  "reads the whole buffer that its input is a view of": {
    compressor: broken({
      decompress: ({ buffer }, size) =>
        exactSize(gunzipSync(new Uint8Array(buffer), { maxOutputLength: size || 1 }), size),
    }),
    caughtBy: [VIEWS],
  },
  "reuses one buffer": {
    compressor: broken({
      decompress: (bytes, size) => {
        const output = exactSize(gunzipSync(bytes, { maxOutputLength: size || 1 }), size);
        scratch.set(output);
        return scratch.subarray(0, size);
      },
    }),
    caughtBy: ["many at once do not disturb each other, nor what was made before"],
  },
  "changes its input": {
    compressor: broken({
      compress: (bytes) => {
        const compressed = gzipSync(bytes);
        bytes.fill(0);
        return compressed;
      },
    }),
    caughtBy: [INPUT],
  },
  "changes what it decompresses": {
    compressor: broken({
      decompress: (bytes, size) => {
        const output = exactSize(gunzipSync(bytes, { maxOutputLength: size || 1 }), size);
        bytes.fill(0);
        return output;
      },
    }),
    caughtBy: [INPUT],
  },
  "makes everything larger": {
    compressor: broken({
      compress: (bytes) => Buffer.from(gzipSync(bytes).toString("base64")),
      decompress: (bytes, size) =>
        gzip().decompress(Buffer.from(Buffer.from(bytes).toString(), "base64"), size),
    }),
    caughtBy: ["what cannot be shrunk grows by little"],
  },
  "has no threshold": {
    compressor: broken({ minBytes: 0 }),
    caughtBy: ["the id is 1–64 characters of a-z 0-9 . _ - and minBytes is 1 or more"],
  },
});
