import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";

test("the pnpm in node_modules, which turbo and npx find, is the one that installs", async () => {
  const manifest = fileURLToPath(new URL("../../package.json", import.meta.url));
  const { packageManager, devDependencies } = JSON.parse(await readFile(manifest, "utf8"));
  expect(`pnpm@${devDependencies.pnpm}`).toBe(packageManager);
});
