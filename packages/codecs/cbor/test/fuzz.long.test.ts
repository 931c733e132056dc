import { join } from "node:path";
import { expectSame, fuzz } from "@hitbox/test-support";
import { expect, test } from "vitest";
import { cbor } from "../src/index.ts";

const format = cbor();
const seconds = Number(process.env.FUZZ_SECONDS ?? 60);
const seeds = [
  {
    id: 12n,
    since: new Date(0),
    seen: new Map([["ada", -0]]),
    token: new Uint8Array([1, 2]),
    text: "žluť\ud800",
  },
  [
    undefined,
    null,
    true,
    1.5,
    -(1n << 70n),
    new Set([Buffer.from("b"), new Float64Array(1)]),
    Object.assign([], { 2: 1 }),
  ],
];

/**
 * A value that is read can be written and read again. A payload that is refused is refused by a RangeError.
 */
function read(bytes: Uint8Array): void {
  let value: unknown;
  try {
    value = format.deserialize(bytes);
  } catch (error) {
    expect(error).toBeInstanceOf(RangeError);
    return;
  }
  expectSame(format.deserialize(format.serialize(value)), value);
}

test(
  "fuzzing finds no fault in the reader of cbor",
  async () => {
    const report = await fuzz({
      target: read,
      seeds: seeds.map((value) => format.serialize(value)),
      corpus: join(import.meta.dirname, "corpus"),
      covers: (url) => /packages\/codecs\/cbor\/src\//.test(url),
      seconds,
    });
    expect(report.runs).toBeGreaterThan(100);
    console.log(`cbor: ${JSON.stringify(report)}`);
  },
  1_000 * (seconds + 120),
);
