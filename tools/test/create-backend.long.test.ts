import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "@hitbox/test-support";
import { afterAll, beforeAll, expect, test } from "vitest";
import { workspacePackages } from "../checks/workspace-packages.mjs";
import { installPacked } from "../packed/install-packed.mjs";
import { runNode } from "../snippets/run-program.ts";
import { readTutorial } from "../tutorial/read-tutorial.ts";
import { startProgram } from "../tutorial/start-program.ts";

// Packages that `npm create hitbox-backend` writes, over packed packages, in a folder that is not of this
// repository.

const inRoot = (path: string): string => fileURLToPath(new URL(`../../${path}`, import.meta.url));
const TSC = inRoot("node_modules/typescript/bin/tsc");
const KIT = ["--test", "--test-reporter=tap", "dist/test/conformance.test.js"];
const TIMEOUT = { timeout: 600_000 };

let folder: string;

beforeAll(async () => {
  const packages = await workspacePackages();
  build(...packages.map(({ path }) => path.slice("packages/".length)));
  folder = await mkdtemp(join(tmpdir(), "hitbox-created-"));
  await installPacked(folder);
  await mkdir(join(folder, "node_modules/@types"), { recursive: true });
  await symlink(inRoot("node_modules/@types/node"), join(folder, "node_modules/@types/node"));
}, 600_000);

afterAll(() => rm(folder, { recursive: true, force: true }));

async function create(name: string, can: string): Promise<string> {
  const program = join(folder, "node_modules/create-hitbox-backend/dist/bin.js");
  const { status, output } = await runNode([program, name, name, "--can", can], { cwd: folder });
  expect(output).toContain(`hitbox-backend-${name}: 10 files`);
  expect(status).toBe(0);
  return join(folder, name);
}

async function compile(cwd: string): Promise<void> {
  expect(await runNode([TSC], { cwd, timeout: 120_000 })).toEqual({ status: 0, output: "" });
}

test.each(["all", "none"])("a store with %s: compiles, and passes the whole kit", TIMEOUT, async (can) => {
  const cwd = await create(`store-with-${can}`, can);
  await compile(cwd);
  const kit = await runNode(KIT, { cwd, timeout: 240_000 });
  expect(kit.output).toMatch(/^# pass 1\d\d$/m);
  expect(kit.output).toContain("# fail 0\n");
  expect(kit.status).toBe(0);
});

test(
  "the tutorial: each step fails first where the page says, and the last one passes",
  TIMEOUT,
  async () => {
    const { server, client, steps } = readTutorial(
      await readFile(inRoot("docs/write-a-backend/tutorial.md"), "utf8"),
    );
    const cwd = await create("shelf", "expiry");
    await writeFile(join(cwd, "server.mjs"), server);
    await writeFile(join(cwd, "src/client.ts"), client);
    const shelf = await startProgram(["server.mjs"], { cwd, environment: { PORT: "0" } });
    try {
      for (const { expected, changes } of steps) {
        await compile(cwd);
        const environment = { SHELF_URL: shelf.firstLine };
        const kit = await startProgram(KIT, { cwd, environment, until: /^(not ok \d+ - .*|# fail 0)$/m });
        expect(kit.found.replace(/not ok \d+ - /, "not ok: ")).toBe(expected);
        for (const change of changes) await applyTo(cwd, change);
      }
    } finally {
      shelf.kill();
    }
  },
);

/** The lines that a change takes away are in one of the two sources, once. */
async function applyTo(cwd: string, { removed, added }: { removed: string; added: string }): Promise<void> {
  for (const file of ["src/client.ts", "src/index.ts"]) {
    const text = await readFile(join(cwd, file), "utf8");
    if (text.split(removed).length === 2)
      return writeFile(
        join(cwd, file),
        text.replace(removed, () => added),
      );
  }
  throw new Error(`no source has the line ${removed}`);
}
