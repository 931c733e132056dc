import { join } from "node:path";
import { fuzz } from "@hitbox/test-support";
import { expect, test } from "vitest";
import { implementations } from "./implementations.ts";

const seconds = Number(process.env.FUZZ_SECONDS ?? 60);

test.each(Object.entries(implementations))(
  "fuzzing finds no fault in the reader of frames from %s",
  async (name, make) => {
    const compressor = make();
    const seeds = [300, 4_080].map((size) =>
      Buffer.concat([Buffer.of(size >> 4), compressor.compress(Buffer.alloc((size >> 4) << 4, "abc, def"))]),
    );
    const report = await fuzz({
      target(bytes) {
        const size = (bytes[0] ?? 0) << 4;
        let decoded: Uint8Array;
        try {
          decoded = compressor.decompress(bytes.subarray(1), size);
        } catch (error) {
          expect(error).toBeInstanceOf(Error);
          return;
        }
        expect(decoded.byteLength).toBe(size);
      },
      seeds,
      corpus: join(import.meta.dirname, "corpus"),
      covers: (url) => /packages\/codecs\/zstd\/src\//.test(url),
      seconds,
    });
    expect(report.runs).toBeGreaterThan(100);
    console.log(`${name}: ${JSON.stringify(report)}`);
  },
  1_000 * (seconds + 120),
);
