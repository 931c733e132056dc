// Hostile inputs, each read once in a process of its own: `node inputs.mjs NAME` prints what it took as JSON.
// Runs over the build, so that nothing but the reader is in the process.
import { brotliCompressSync, constants, gzipSync } from "node:zlib";
import { brotli, gzip, json } from "../../../dist/index.js";
import { crafted, main } from "./entries.mjs";

const MIB = 2 ** 20;

const smallest = (bytes) => brotliCompressSync(bytes, { params: { [constants.BROTLI_PARAM_LGWIN]: 24 } });
const compressed = (codec, document, format) => {
  const bytes = Buffer.from(document);
  return {
    payload: codec === "gzip" ? gzipSync(bytes) : smallest(bytes),
    compressor: codec,
    decodedBytes: bytes.length,
    format,
  };
};
const joined = (count, item) => `[${Array.from({ length: count }, (_, index) => item(index)).join()}]`;
const plain = (document) => ({ payload: Buffer.from(document), format: "typed-json" });

/** What is read, and how many keys of it in one getMany. */
const INPUTS = {
  "40 brotli bombs of zeros": () => [40, compressed("brotli", Buffer.alloc(64 * MIB), "json")],
  "40 brotli bombs of valid JSON": () => [40, compressed("brotli", `"${"a".repeat(64 * MIB - 2)}"`, "json")],
  "40 brotli bombs of wide strings": () => [
    40,
    compressed("brotli", `"\u{1F600}${"a".repeat(64 * MIB - 6)}"`, "json"),
  ],
  "64 MiB of {}, gzipped": () => [1, compressed("gzip", `[${"{},".repeat((64 * MIB) / 3 - 2)}{}]`, "json")],
  "as many {} as fit": () => [1, plain(`[${"{},".repeat(2 ** 19 - 2)}{}]`)],
  "64 MiB of [": () => [1, compressed("gzip", "[".repeat(64 * MIB), "json")],
  "objects with names of their own": () => [
    1,
    plain(joined(2 ** 19 - 2, (index) => `{"k${index.toString(36)}":0}`)),
  ],
  "as many names as fit": () => [1, plain(joined(2 ** 17 - 2, (index) => `{"k${index.toString(36)}":0}`))],
  "one object of a million names": () => [
    1,
    plain(`{${joined(2 ** 20 - 2, (index) => `"k${index.toString(36)}":0`).slice(1, -1)}}`),
  ],
  "65,000 numbers of one hash in a Set": () => [
    1,
    plain(` ["$Set",${joined(65_000, (index) => crafted((index << 16) >>> 0)).slice(1)}`),
  ],
  "as many errors as fit": () => [1, plain(` ${joined(2 ** 16, () => '["$Error","Error",{},{}]')}`)],
  "as many URLs as fit": () => [1, plain(` ${joined(2 ** 17 - 1, (index) => `"$URL:http://h/${index}"`)}`)],
  "regular expressions in 16 MiB": () => [
    1,
    plain(` ${joined(256, () => `"$RegExp::${"a|".repeat(32_000)}"`)}`),
  ],
  "a bigint of 64 MiB": () => [
    1,
    compressed("gzip", ` "$BigInt:0x${"f".repeat(64 * MIB - 20)}"`, "typed-json"),
  ],
};

await main(INPUTS, { accepts: [json(), gzip(), brotli()] });
