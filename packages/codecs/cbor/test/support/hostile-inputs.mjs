// Hostile CBOR, each read once in a process of its own: see packages/core/test/support/hostile.
import { crafted, main } from "../../../../core/test/support/hostile/entries.mjs";
import { cbor } from "../../dist/index.js";

const head = (major, length) => {
  const bytes = Buffer.alloc(5);
  bytes[0] = (major << 5) | 26;
  bytes.writeUInt32BE(length, 1);
  return bytes;
};
const integer = (value) => (value < 0 ? head(1, -1 - value) : head(0, value));
const repeated = (count, item) => Buffer.concat([head(4, count), ...Array.from({ length: count }, item)]);
const MAP = Buffer.from([0xd9, 0x01, 0x03]);
const entry = (payload) => [1, { payload, format: "cbor" }];

const INPUTS = {
  "a CBOR Map of 65,000 numbers of one hash": () => {
    const pairs = Array.from({ length: 65_000 }, (_, index) =>
      Buffer.concat([integer(crafted((index << 16) >>> 0)), Buffer.of(0)]),
    );
    return entry(Buffer.concat([MAP, head(5, pairs.length), ...pairs]));
  },
  "as many empty CBOR maps as fit": () => entry(repeated(2 ** 19 - 1, () => Buffer.of(0xa0))),
  "as many CBOR Sets as fit": () => entry(repeated(2 ** 18 - 1, () => Buffer.from([0xd9, 0x01, 0x02, 0x80]))),
  "64 MiB of CBOR nesting": () => entry(Buffer.alloc(2 ** 26, 0x81)),
  "64 MiB of CBOR text": () => entry(Buffer.concat([head(3, 2 ** 26 - 5), Buffer.alloc(2 ** 26 - 5, "a")])),
};

await main(INPUTS, { accepts: [cbor()] });
