import type { StoredValue } from "@hitbox/core";

/** A value that every format can hold: JSON's types, nested, with text beyond ASCII. New on each call. */
export function sampleData(): Record<string, unknown> {
  return {
    id: 42,
    name: "Zoë 🚀",
    score: -12.5,
    active: true,
    nothing: null,
    empty: "",
    list: [1, "two", [false, null], { deep: { deeper: ["end"] } }],
    object: {},
  };
}

/** A stored value of bytes. Its format id is the kit's own, so that a store which fills in its own is found out. */
export function sampleStored(fields: Partial<StoredValue> = {}): StoredValue {
  return {
    payload: Buffer.from("payload"),
    format: "kit-format.1",
    compressor: undefined,
    decodedBytes: undefined,
    createdAt: 1_700_000_000_123,
    staleAt: undefined,
    expiresAt: undefined,
    tags: undefined,
    ...fields,
  };
}

/** Numbers from 0 to below 1, the same for the same seed (mulberry32). */
export function seededRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 0x1_0000_0000;
  };
}

/** Bytes that no compressor can shrink, the same for the same seed. */
export function noise(size: number, seed = 1): Uint8Array {
  const random = seededRandom(seed);
  const words = new Uint32Array(Math.ceil(size / 4));
  for (let index = 0; index < words.length; index++) words[index] = random() * 0x1_0000_0000;
  return new Uint8Array(words.buffer, 0, size);
}

/** First and last code point of characters that have 1, 2, 3 and 4 bytes of UTF-8. */
const RANGES: Readonly<Record<number, readonly [number, number]>> = {
  2: [0xc0, 0x2ff],
  3: [0x4e00, 0x9fff],
  4: [0x1f300, 0x1f5ff],
};
const LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

/** A key of `count` characters, each of that many bytes of UTF-8. An index of a store cannot shrink it. */
export function noiseKey(count: number, bytesEach: 1 | 2 | 3 | 4 = 1): string {
  const random = seededRandom(count);
  const [first, last] = RANGES[bytesEach] ?? [0, LETTERS.length - 1];
  const draw = (): number => first + Math.floor(random() * (last - first + 1));
  const one = (): string => (bytesEach === 1 ? (LETTERS[draw()] as string) : String.fromCodePoint(draw()));
  return Array.from({ length: count }, one).join("");
}

/** Text of `size` ASCII characters, of which a compressor may save a quarter at most. */
export function noiseText(size: number): string {
  return Buffer.from(noise(Math.ceil((size * 3) / 4)))
    .toString("base64")
    .slice(0, size);
}
