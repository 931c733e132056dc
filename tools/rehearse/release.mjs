import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { ROOT } from "../pnpm.mjs";
import { run } from "./run.mjs";

/**
 * Commands of the release workflow, in its order. A test compares them with
 * `.github/workflows/release.yml`.
 */
export const COMMANDS = [
  "pnpm install --frozen-lockfile --ignore-scripts",
  "pnpm changeset version",
  "pnpm run release:pack",
  "node tools/publish.mjs",
];

/**
 * Releases the last commit of this repository from a copy of it to the registry at `url`, as the workflow
 * does. Resolves with the folder of the copy.
 */
export async function release(folder, url, packageManager) {
  const copy = join(folder, "repository");
  await run("git", ["clone", "--quiet", ROOT, copy], { cwd: folder });
  const config = join(folder, "publisher.npmrc");
  await writeFile(config, `registry=${url}/\n${url.replace("http:", "")}/:_authToken=rehearsal\n`);
  for (const command of COMMANDS) {
    const [program, ...args] = command.split(" ");
    const isPublishing = command === COMMANDS.at(-1);
    // There is nobody here who could vouch for where a tarball comes from.
    const environment = isPublishing ? { NPM_CONFIG_USERCONFIG: config, PROVENANCE: "no" } : {};
    const way = program === "pnpm" ? ["npx", ["--yes", packageManager, ...args]] : [program, args];
    await run(...way, { cwd: copy, environment });
    console.log(`  ${command}`);
  }
  return copy;
}
