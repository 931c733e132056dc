import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "@hitbox/test-support";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Outcome, runNode } from "../snippets/run-program.ts";

// The tests that docs/reference/testing.md shows, each run by the framework that it is for.

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const FOLDER = join(ROOT, ".cache/testing-page");
/** Of its own, or vitest would take the repository's. */
const CONFIG = join(FOLDER, "vitest.config.mjs");
const LOADS_MODULES = { NODE_OPTIONS: "--experimental-vm-modules --no-warnings" };

const FRAMEWORKS: Readonly<Record<string, (file: string) => Promise<Outcome>>> = {
  vitest: (file) =>
    run(["node_modules/vitest/vitest.mjs", "run", "--root", FOLDER, "--config", CONFIG, file]),
  Jest: (file) =>
    run(["node_modules/jest/bin/jest.js", "--rootDir", FOLDER, "--testMatch", `**/${file}`], LOADS_MODULES),
  "node:test": (file) => run(["--test", join(FOLDER, file)]),
};

function run(args: readonly string[], environment: Readonly<Record<string, string>> = {}): Promise<Outcome> {
  // Vitest's own variables would reach the vitest that this one starts.
  const own = { VITEST: "", VITEST_MODE: "", NODE_OPTIONS: "", NO_COLOR: "1", FORCE_COLOR: "0" };
  return runNode(args, { cwd: ROOT, environment: { ...own, ...environment }, timeout: 120_000 });
}

let page: string;

beforeAll(async () => {
  build("cache", "composition", "backends/memory");
  page = await readFile(join(ROOT, "docs/reference/testing.md"), "utf8");
  await rm(FOLDER, { recursive: true, force: true });
  await mkdir(FOLDER, { recursive: true });
  await writeFile(CONFIG, "export default {};");
}, 300_000);

afterAll(() => rm(FOLDER, { recursive: true, force: true }));

test.each(Object.entries(FRAMEWORKS))(
  "the page's test passes under %s",
  { timeout: 180_000 },
  async (name, runFile) => {
    const [, code = ""] = new RegExp(`\n## ${name}\n[^]*?\`\`\`ts [a-z-]+\n([^]*?)\`\`\``).exec(page) ?? [];
    expect(code).toContain('test("');
    const file = `${name.replace(/\W/g, "-")}.test.mjs`;
    await writeFile(join(FOLDER, file), code);
    const { status, output } = await runFile(file);
    expect(status, output).toBe(0);
    expect(output).toMatch(/(?:Tests\s+|# pass |Tests:\s+)1/);
  },
);
