import { readdirSync } from "node:fs";
import { join } from "node:path";
import { build, COMPILERS, quickly, typeErrors } from "@hitbox/test-support";
import { beforeAll, expect, it } from "vitest";

// What users write, and what they must not write, by the declarations that the packages are published with.

beforeAll(() => build("cache", "composition", "backends/memory"), 300_000);

const FOLDER = join(import.meta.dirname, "typed");
const FILES = readdirSync(FOLDER).map((name) => join(FOLDER, name));

it.each(quickly(COMPILERS, 1))(
  "%s has nothing to say of the files in test/typed",
  { timeout: 300_000 },
  async (compiler) => {
    expect(FILES.length).toBeGreaterThan(0);
    expect(await typeErrors(compiler, FILES)).toBe("");
  },
);
