import { crc32 } from "node:zlib";
import {
  BackendError,
  brotli,
  cacheBackend,
  cacheValue,
  decodeEnvelope,
  encodeEnvelope,
  gzip,
  json,
  type StoredValue,
} from "@hitbox/core";
import { describe, expect, test } from "vitest";
import { mapBackend } from "./support/map-backend.ts";
import { mulberry32 } from "./support/random.ts";

const MUTATIONS = 120_000;
/** Fixed, so that a test that was green is green again. */
const SEED = Number(process.env.SEED ?? 1);
const MIB = 1024 * 1024;
const samples: readonly unknown[] = [
  { id: 42, name: "Zoë", tags: ["a", "b"], nested: { deep: [1, 2, [3]] } },
  { __proto__: null, constructor: { prototype: { polluted: "yes" } } },
  JSON.parse('{"__proto__": {"polluted": "yes"}, "constructor": {"prototype": {"polluted": "yes"}}}'),
  Array.from({ length: 400 }, (_, index) => ({ index, text: `row ${index}` })),
];

describe("damaged and hostile entries", () => {
  test(`${MUTATIONS} mutations of entries are errors or misses, never wrong values`, async () => {
    const random = mulberry32(SEED);
    const entries = await realEntries();
    const outcomes = { error: 0, miss: 0, same: 0 };
    for (let run = 0; run < MUTATIONS; run++) {
      const entry = entries[run % entries.length] as Entry;
      outcomes[await readMutation(entry, random)]++;
    }
    expect(outcomes.error).toBeGreaterThan(MUTATIONS * 0.95);
    expect(({} as { polluted?: string }).polluted).toBeUndefined();
  }, 120_000);

  test("a forged header under a valid checksum is an error, a miss or a value, never a crash", async () => {
    const random = mulberry32(SEED);
    const entries = await realEntries();
    for (let run = 0; run < 30_000; run++) {
      const { bytes } = entries[run % entries.length] as Entry;
      await readForged(signed(mutate(bytes, random)));
    }
    expect(({} as { polluted?: string }).polluted).toBeUndefined();
  }, 60_000);

  test("a forged entry with a valid checksum cannot exceed the ceiling", async () => {
    const bomb = gzip({ minBytes: 1 }).compress(new Uint8Array(256 * MIB));
    for (const decodedBytes of [256 * MIB, 0xffff_ffff, MIB, 1, 0]) {
      const store = mapBackend({ compressor: gzip() });
      store.entries.set("k", { ...forged, payload: bomb, compressor: "gzip", decodedBytes });
      const before = process.memoryUsage().rss;
      await expect((async () => cacheBackend(store).get("k"))()).rejects.toThrow(
        expect.objectContaining({ code: decodedBytes > 64 * MIB ? "too-large" : "decompression" }),
      );
      expect(process.memoryUsage().rss - before).toBeLessThan(128 * MIB);
    }
  });

  test("keys named __proto__ and constructor come back as plain properties", async () => {
    const backend = cacheBackend(mapBackend());
    const hostile = samples[2];
    await backend.set("k", cacheValue(hostile));
    const read = (await backend.get<object>("k"))?.data as object;
    expect(JSON.stringify(read)).toBe(JSON.stringify(hostile));
    expect(Object.getPrototypeOf(read)).toBe(Object.prototype);
    expect(({} as { polluted?: string }).polluted).toBeUndefined();
  });
});

interface Entry {
  readonly bytes: Uint8Array;
  readonly text: string;
}

const forged: StoredValue = {
  payload: new Uint8Array(),
  format: "json",
  compressor: undefined,
  decodedBytes: undefined,
  createdAt: 1,
  staleAt: undefined,
  expiresAt: undefined,
  tags: undefined,
};

async function realEntries(): Promise<Entry[]> {
  const entries: Entry[] = [];
  for (const compressor of [undefined, gzip({ minBytes: 1 }), brotli({ minBytes: 1 })]) {
    for (const data of samples) {
      const store = mapBackend({ format: json(), compressor });
      await cacheBackend(store).set("k", cacheValue(data, { ttl: 1e9, stale: 1e8, tags: ["t", "été"] }));
      const bytes = encodeEnvelope(store.entries.get("k") as StoredValue);
      entries.push({ bytes, text: JSON.stringify(data) });
    }
  }
  return entries;
}

async function readMutation(
  { bytes, text }: Entry,
  random: () => number,
): Promise<"error" | "miss" | "same"> {
  const mutated = mutate(bytes, random);
  const store = mapBackend({ compressor: gzip() });
  store.read = () => decodeEnvelope(mutated) as StoredValue<unknown>;
  try {
    const value = await cacheBackend(store, { accepts: [brotli()], maxDecodedBytes: MIB }).get("k");
    if (value === undefined) return "miss";
    expect(JSON.stringify(value.data)).toBe(text);
    return "same";
  } catch (error) {
    if (!BackendError.is(error)) throw error;
    return "error";
  }
}

/** With magic, version and checksum made good again. */
function signed(bytes: Uint8Array): Uint8Array {
  const buffer = Buffer.from(bytes);
  if (buffer.byteLength < 20) return buffer;
  buffer.writeUInt32LE(0x01_42_48_f5, 0);
  buffer.writeUInt32LE(crc32(buffer.subarray(0, -4)), buffer.byteLength - 4);
  return buffer;
}

async function readForged(bytes: Uint8Array): Promise<void> {
  const store = mapBackend({ compressor: gzip() });
  store.read = () => decodeEnvelope(bytes) as StoredValue<unknown>;
  try {
    await cacheBackend(store, { accepts: [brotli()], maxDecodedBytes: MIB }).get("k");
  } catch (error) {
    if (!BackendError.is(error)) throw error;
  }
}

/** One to four flips, a cut, a doubling, a splice of noise, or a stretch overwritten. */
function mutate(bytes: Uint8Array, random: () => number): Uint8Array {
  const at = Math.floor(random() * bytes.byteLength);
  const copy = Uint8Array.from(bytes);
  const kind = Math.floor(random() * 5);
  if (kind === 0) return copy.subarray(0, at);
  if (kind === 1) return Buffer.concat([copy, copy.subarray(at)]);
  if (kind === 2)
    return Buffer.concat([copy.subarray(0, at), Buffer.from([random() * 256]), copy.subarray(at)]);
  if (kind === 3) return copy.fill(Math.floor(random() * 256), at, at + 1 + Math.floor(random() * 16));
  for (let flip = 0; flip <= random() * 3; flip++) {
    const bit = Math.floor(random() * copy.byteLength * 8);
    copy[bit >> 3] = (copy[bit >> 3] ?? 0) ^ (1 << (bit & 7));
  }
  return copy;
}
