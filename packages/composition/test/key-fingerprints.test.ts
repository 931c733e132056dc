import fc from "fast-check";
import { expect, it } from "vitest";
import { KeyFingerprints } from "../src/order/key-fingerprints.ts";

const operation = fc.record({
  kind: fc.constantFrom("add" as const, "delete" as const, "has" as const, "clear" as const),
  key: fc.nat(400).map(String),
});

it("it answers as a set of keys does, whatever is added and deleted", () => {
  fc.assert(
    fc.property(fc.array(operation, { maxLength: 1_000, size: "max" }), fc.integer(), (operations, seed) => {
      const [real, ours] = [new Set<string>(), new KeyFingerprints(300, seed)];
      for (const { kind, key } of operations) {
        if (kind === "clear") [real.clear(), ours.clear()];
        else if (kind !== "add") expect(ours[kind](key)).toBe(real[kind](key));
        else expect(ours.add(key)).toBe(real.has(key) || real.size < 300);
        if (kind === "add" && real.size < 300) real.add(key);
        expect(ours.size).toBe(real.size);
      }
    }),
  );
});

it("a key is found after others of its place in the table were deleted", () => {
  fc.assert(
    fc.property(fc.integer(), fc.uniqueArray(fc.nat(127), { minLength: 40 }), (seed, deleted) => {
      const keys = new KeyFingerprints(128, seed);
      for (let index = 0; index < 128; index++) keys.add(`key${index}`);
      for (const index of deleted) keys.delete(`key${index}`);
      for (let index = 0; index < 128; index++)
        expect(keys.has(`key${index}`)).toBe(!deleted.includes(index));
    }),
  );
});

it("it holds every key of a long outage, and finds no other", () => {
  const keys = new KeyFingerprints(65_536);
  for (let index = 0; index < 65_536; index++) expect(keys.add(`namespace:user:${index}`)).toBe(true);
  expect(keys.add("one more")).toBe(false);
  for (let index = 0; index < 65_536; index++) if (!keys.has(`namespace:user:${index}`)) expect.unreachable();
  for (let index = 0; index < 65_536; index++) if (keys.has(`namespace:order:${index}`)) expect.unreachable();
});
