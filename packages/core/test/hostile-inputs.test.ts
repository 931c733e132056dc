import { join } from "node:path";
import { build, hostileInputs } from "@hitbox/test-support";
import { beforeAll } from "vitest";

const SCRIPT = join(import.meta.dirname, "support/hostile/inputs.mjs");

// Each input of the script, and how its reads end. Times are in docs/reference/formats.md: a busy machine
// would break a bound here.
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

beforeAll(() => build("core"), 120_000);

hostileInputs(SCRIPT, OUTCOMES, { quick: 3 });
