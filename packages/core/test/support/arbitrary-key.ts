import type { KeyPart } from "@hitbox/core";
import fc from "fast-check";

// Characters that mean something to the text form, to URLs and to stores, over any string at all, lone
// surrogates included.
const awkward = fc.string({
  unit: fc.oneof(
    fc.constantFrom(..."v013:=&%?#/ \u0000é😀\ud800\udc00AB".split("")),
    fc.string({ maxLength: 1 }),
  ),
  maxLength: 6,
});

const part: fc.Arbitrary<KeyPart> = fc.oneof(
  fc.record({ name: awkward }),
  fc.record({ name: awkward, value: awkward }),
);

export const keyFields = fc
  .record({
    prefix: awkward,
    version: fc.oneof(fc.integer({ min: 0, max: 3 }), fc.integer({ min: 0, max: 0xffff_ffff })),
    parts: fc.array(part, { maxLength: 3 }),
  })
  .filter(({ prefix, version, parts }) => prefix !== "" || version !== 0 || parts.length > 0);
