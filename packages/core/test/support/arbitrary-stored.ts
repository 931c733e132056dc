import type { StoredValue } from "@hitbox/core";
import fc from "fast-check";

const instant = fc.oneof(fc.nat(), fc.maxSafeNat());
const id = fc.stringMatching(/^[a-z0-9._-]{1,64}$/);
const optional = <T>(value: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> =>
  fc.option(value, { nil: undefined });

/** Any stored value that core could hand to a store. */
export const stored: fc.Arbitrary<StoredValue> = fc
  .record({
    payload: fc.uint8Array({ maxLength: 300 }),
    format: id,
    codec: optional(fc.record({ compressor: id, decodedBytes: fc.nat({ max: 0xffff_ffff }) })),
    createdAt: instant,
    staleAt: optional(instant),
    expiresAt: optional(instant),
    loadMs: optional(fc.nat({ max: 0xffff_ffff })),
    tags: optional(fc.array(fc.string({ unit: "grapheme" }), { minLength: 1, maxLength: 5 })),
  })
  .map(({ codec, ...value }) => ({
    ...value,
    compressor: codec?.compressor,
    decodedBytes: codec?.decodedBytes,
  }));
