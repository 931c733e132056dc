import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { type HostileResult, hostileInput, quickly } from "@hitbox/test-support";
import { beforeAll, expect, test } from "vitest";

const run = promisify(execFile);
const ROOT = join(import.meta.dirname, "../../..");
const SCRIPT = join(import.meta.dirname, "support/hostile/inputs.mjs");

// Each input of the script, and how its reads end. Times are in docs/formats.md: a busy machine would break a
// bound here.
const OUTCOMES: Readonly<Record<string, readonly string[]>> = {
  "64 MiB of {}, gzipped": ["deserialization"],
  "as many {} as fit": ["read"],
  "64 MiB of [": ["deserialization"],
  "objects with names of their own": ["deserialization"],
  "as many names as fit": ["read"],
  "one object of a million names": ["deserialization"],
  "65,000 numbers of one hash in a Set": ["deserialization"],
  "as many errors as fit": ["read"],
  "as many URLs as fit": ["read"],
  "regular expressions in 16 MiB": ["read"],
  "a bigint of 64 MiB": ["read"],
  "40 brotli bombs of zeros": ["deserialization", "too-large"],
  "40 brotli bombs of valid JSON": ["read", "too-large"],
  "40 brotli bombs of wide strings": ["read", "too-large"],
};

beforeAll(async () => {
  await run(process.execPath, [join(ROOT, "node_modules/typescript/bin/tsc"), "-b", "packages/core"], {
    cwd: ROOT,
  });
}, 120_000);

test("every input of the script is tried", async () => {
  const names = (await hostileInput(SCRIPT)) as string[];
  expect(names.toSorted()).toEqual(Object.keys(OUTCOMES).toSorted());
});

test.each(quickly(Object.entries(OUTCOMES), 3))(
  "%s: the process stays under 512 MiB",
  async (name, outcomes) => {
    const result = (await hostileInput(SCRIPT, name)) as HostileResult;
    expect(result.outcomes).toEqual(outcomes);
    expect(result.peakMiB).toBeLessThan(512);
  },
  180_000,
);
