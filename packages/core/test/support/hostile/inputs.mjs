// Hostile inputs, each read once in a process of its own: `node inputs.mjs NAME` prints what it took as JSON.
// Runs over the build, so that nothing but the reader is in the process.
import { brotliCompressSync, constants, gzipSync } from "node:zlib";
import { brotli, cacheBackend, gzip, json, passthrough, text, typedJson } from "../../../dist/index.js";

const MIB = 2 ** 20;

/** A backend that answers every read with one entry. */
function storeOf(entry) {
  const supports = {
    expiry: "none",
    shared: false,
    persistent: false,
    readMany: { max: 1_000 },
    writeMany: false,
    removeMany: false,
    clear: false,
  };
  const stored = {
    compressor: undefined,
    decodedBytes: undefined,
    createdAt: 1,
    staleAt: undefined,
    expiresAt: undefined,
    tags: undefined,
    ...entry,
  };
  return {
    label: "hostile",
    supports,
    keyFormat: text(),
    valueFormat: typedJson(),
    compressor: passthrough(),
    read: async () => stored,
    readMany: async (keys) => keys.map(() => stored),
    write() {},
    remove: () => ({ status: "missing" }),
  };
}

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
const keys = (count) => Array.from({ length: count }, (_, index) => `key ${index}`);
const joined = (count, item) => `[${Array.from({ length: count }, (_, index) => item(index)).join()}]`;
/** As `craftedKeys` of @hitbox/test-support: integers of one hash. */
const inverse = (odd) =>
  [1, 2, 3, 4, 5].reduce((result) => Math.imul(result, 2 - Math.imul(odd, result)), odd);
const undo = (value, shift) => {
  let result = value;
  for (let done = shift; done < 32; done += shift) result = value ^ (result >>> shift);
  return result;
};
const crafted = (hash) => {
  const key = Math.imul(undo(Math.imul(undo(hash, 16), inverse(2_057)), 4), inverse(5));
  return Math.imul(undo(key, 12) + 1, inverse(32_767)) | 0;
};
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
  "as many errors as fit": () => [1, plain(` ${joined(2 ** 17, () => '["$Error","Error",{},{}]')}`)],
  "as many URLs as fit": () => [1, plain(` ${joined(2 ** 19, (index) => `"$URL:http://h/${index}"`)}`)],
  "regular expressions in 16 MiB": () => [
    1,
    plain(` ${joined(256, () => `"$RegExp::${"a|".repeat(32_000)}"`)}`),
  ],
  "a bigint of 64 MiB": () => [
    1,
    compressed("gzip", ` "$BigInt:0x${"f".repeat(64 * MIB - 20)}"`, "typed-json"),
  ],
};

const name = process.argv[2];
if (name === undefined) {
  console.log(JSON.stringify(Object.keys(INPUTS)));
} else {
  const [count, entry] = INPUTS[name]();
  // The input itself was made in this process: it must not count.
  globalThis.gc?.();
  const backend = cacheBackend(storeOf(entry), { accepts: [json(), gzip(), brotli()] });
  const before = process.memoryUsage.rss();
  let blocked = 0;
  let most = before;
  let last = performance.now();
  const timer = setInterval(() => {}, 1);
  const turn = () => {
    blocked = Math.max(blocked, performance.now() - last);
    most = Math.max(most, process.memoryUsage.rss());
    last = performance.now();
    immediate = setImmediate(turn);
  };
  let immediate = setImmediate(turn);
  const results = await Promise.allSettled(keys(count).map((key) => backend.get(key)));
  clearImmediate(immediate);
  clearInterval(timer);
  blocked = Math.max(blocked, performance.now() - last);
  const outcomes = [...new Set(results.map(({ reason }) => reason?.code ?? "read"))];
  console.log(
    JSON.stringify({
      name,
      outcomes,
      blockedMs: Math.round(blocked),
      peakMiB: Math.round(process.resourceUsage().maxRSS / 1024),
      inputMiB: Math.round(before / MIB),
    }),
  );
}
