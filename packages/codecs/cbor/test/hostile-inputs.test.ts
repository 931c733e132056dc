import { join } from "node:path";
import { build, type HostileResult, hostileInput, quickly } from "@hitbox/test-support";
import { beforeAll, expect, test } from "vitest";

const SCRIPT = join(import.meta.dirname, "support/hostile-inputs.mjs");

/** Each input of the script, and how its read ends. */
const OUTCOMES: Readonly<Record<string, readonly string[]>> = {
  "a CBOR Map of 65,000 numbers of one hash": ["deserialization"],
  "as many empty CBOR maps as fit": ["read"],
  "as many CBOR Sets as fit": ["read"],
  "64 MiB of CBOR nesting": ["deserialization"],
  "64 MiB of CBOR text": ["read"],
};

beforeAll(() => build("codecs/cbor"), 120_000);

test("every input of the script is tried", async () => {
  const names = (await hostileInput(SCRIPT)) as string[];
  expect(names.toSorted()).toEqual(Object.keys(OUTCOMES).toSorted());
});

test.each(quickly(Object.entries(OUTCOMES), 1))(
  "%s: the process stays under 512 MiB",
  async (name, outcomes) => {
    const result = (await hostileInput(SCRIPT, name)) as HostileResult;
    expect(result.outcomes).toEqual(outcomes);
    expect(result.peakMiB).toBeLessThan(512);
  },
  180_000,
);
