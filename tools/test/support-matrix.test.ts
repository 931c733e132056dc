import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { withSupportMatrix } from "../support-matrix.mjs";

test("the README's table of adapters is what the adapters declare (else: pnpm matrix)", async () => {
  const readme = await readFile(fileURLToPath(new URL("../../README.md", import.meta.url)), "utf8");
  expect(await withSupportMatrix(readme)).toBe(readme);
});
