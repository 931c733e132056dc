import { seededRandom } from "./sample.ts";

/** Every beginning of `bytes`, or 200 of them, evenly spread. The empty one is among them. */
export function* truncationsOf(bytes: Uint8Array): Generator<Uint8Array> {
  const step = Math.max(1, Math.floor(bytes.byteLength / 200));
  for (let length = 0; length < bytes.byteLength; length += step)
    yield Uint8Array.from(bytes.subarray(0, length));
}

/** `count` copies of `bytes`, each with one to three bits flipped; the same for the same seed. */
export function* bitFlipsOf(bytes: Uint8Array, count: number, seed = 3): Generator<Uint8Array> {
  const random = seededRandom(seed);
  for (let copy = 0; copy < count && bytes.byteLength > 0; copy++) {
    const damaged = Uint8Array.from(bytes);
    for (let flip = 0; flip <= copy % 3; flip++) {
      const at = Math.floor(random() * damaged.byteLength);
      damaged[at] = (damaged[at] ?? 0) ^ (1 << Math.floor(random() * 8));
    }
    yield damaged;
  }
}

/** Bytes that no codec wrote, of many lengths; the same for the same seed. */
export function* foreignBytes(count: number, seed = 5): Generator<Uint8Array> {
  const random = seededRandom(seed);
  for (let index = 0; index < count; index++) {
    yield Uint8Array.from({ length: Math.floor(random() ** 3 * 300) }, () => random() * 256);
  }
}
