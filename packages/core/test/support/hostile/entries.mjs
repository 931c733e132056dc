// Reads hostile entries, each in a process of its own.
import { cacheBackend, passthrough, text, typedJson } from "../../../dist/index.js";
import { measured } from "./measured.mjs";

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

const keys = (count) => Array.from({ length: count }, (_, index) => `key ${index}`);
/** As `craftedKeys` of @hitbox/test-support: integers of one hash. */
const inverse = (odd) =>
  [1, 2, 3, 4, 5].reduce((result) => Math.imul(result, 2 - Math.imul(odd, result)), odd);
const undo = (value, shift) => {
  let result = value;
  for (let done = shift; done < 32; done += shift) result = value ^ (result >>> shift);
  return result;
};
export const crafted = (hash) => {
  const key = Math.imul(undo(Math.imul(undo(hash, 16), inverse(2_057)), 4), inverse(5));
  return Math.imul(undo(key, 12) + 1, inverse(32_767)) | 0;
};
/**
 * Prints what the input that this process was started for took, as JSON; without a name, the names of all. An
 * input is the number of keys that are read at once, and the entry under each.
 */
export async function main(inputs, options) {
  const name = process.argv[2];
  if (name === undefined) {
    console.log(JSON.stringify(Object.keys(inputs)));
    return;
  }
  const [count, entry] = inputs[name]();
  const backend = cacheBackend(storeOf(entry), options);
  const read = () => Promise.allSettled(keys(count).map((key) => backend.get(key)));
  console.log(JSON.stringify({ name, ...(await measured(read)) }));
}
