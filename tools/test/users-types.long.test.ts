import { readdirSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build, COMPILERS, typeErrors } from "@hitbox/test-support";
import { beforeAll, expect, it } from "vitest";

// What users write, and what they must not write, by the declarations that the packages are published with.

const PACKAGES = ["core", "composition", "cache", "backends/memory"];
const ROOT = fileURLToPath(new URL("../../packages/", import.meta.url));

beforeAll(() => build(...PACKAGES), 300_000);

const FILES = PACKAGES.flatMap((name) => {
  const folder = join(ROOT, name, "test/typed");
  return readdirSync(folder).map((file) => join(folder, file));
});

it.each(COMPILERS)(
  "%s compiles what users write in each package's test/typed",
  { timeout: 300_000 },
  async (compiler) => {
    expect(FILES.length).toBeGreaterThanOrEqual(PACKAGES.length);
    expect(await typeErrors(compiler, FILES)).toBe("");
  },
);
