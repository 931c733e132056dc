import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "@hitbox/test-support";
import { expect, test } from "vitest";
import { runNode } from "../snippets/run-program.ts";
import { STEPS } from "../step-by-step/steps.mjs";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const PAGE = await readFile(join(ROOT, "docs/start/step-by-step.md"), "utf8");

test("the graphs and the table are those that the packages draw now", { timeout: 300_000 }, async () => {
  build("cache", "composition", "backends/memory");
  const args = [join(ROOT, "tools/step-by-step.mjs"), "--check"];
  const { status, output } = await runNode(args, { cwd: ROOT, timeout: 240_000 });
  expect(output).toBe("");
  expect(status).toBe(0);
});

const cached = STEPS.flatMap(({ name, options }) => (options === undefined ? [] : [{ name, options }]));

test.each(cached)("the page shows the options that step $name is drawn with", ({ name, options }) => {
  const parts = PAGE.split(/^## \d\. /m);
  const upTo = parts.findIndex((part) => part.includes(`-${name}.svg)`));
  const shown = parts.slice(0, upTo + 1).join("");
  for (const [option, value] of Object.entries(options)) expect(shown).toContain(`${option}: "${value}"`);
});
