/*
 * V8 hashes a small integer without a seed (ComputeUnseededHash in its src/utils/utils.h), by steps that can
 * all be undone: so integers can be made that all have one hash.
 */
const BITS = 16;

/** Different integers whose hashes in V8 are the same in their lowest 16 bits. */
export function craftedKeys(count: number): number[] {
  return Array.from({ length: count }, (_, index) => keyOf((index << BITS) >>> 0));
}

function keyOf(hash: number): number {
  let key = undoXorShift(hash, 16);
  key = Math.imul(key, inverse(2_057));
  key = undoXorShift(key, 4);
  key = Math.imul(key, inverse(5));
  key = undoXorShift(key, 12);
  return Math.imul(key + 1, inverse(32_767)) | 0;
}

function undoXorShift(value: number, shift: number): number {
  let result = value;
  for (let done = shift; done < 32; done += shift) result = value ^ (result >>> shift);
  return result;
}

/** The inverse of an odd number modulo 2^32, by Newton's iteration. */
function inverse(odd: number): number {
  let result = odd;
  for (let round = 0; round < 5; round++) result = Math.imul(result, 2 - Math.imul(odd, result));
  return result;
}
