import { join } from "node:path";
import { build, hostileInputs } from "@hitbox/test-support";
import { beforeAll } from "vitest";

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

hostileInputs(SCRIPT, OUTCOMES, { quick: 1 });
