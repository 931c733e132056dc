import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { pnpm, ROOT } from "./pnpm.mjs";
import { startRegistry } from "./rehearse/registry.mjs";
import { release } from "./rehearse/release.mjs";
import { run } from "./rehearse/run.mjs";
import { step } from "./steps/step.mjs";

// `npm run rehearse`: releases the last commit to a registry on this machine, and installs and uses it as
// others will: every package alone, the front page's stack, and each example, under package managers,
// runtimes, compilers and bundlers. Nothing is published elsewhere.
//
//   npm run rehearse              everything, about 15 minutes
//   npm run rehearse -- --quick   the release, and the front page's stack under npm
//   npm run rehearse -- --write   writes docs/reference/support.md and the sizes that later runs are held to
//   npm run rehearse -- --keep    leaves the folder, and says where it is

const { values: flags } = parseArgs({
  options: { quick: { type: "boolean" }, write: { type: "boolean" }, keep: { type: "boolean" } },
});
await step("install", () => pnpm(["install", "--frozen-lockfile"], { output: "captured" }));
// Only now: it needs what is installed.
const { rehearseAll } = await import("./rehearse/rehearse-all.mjs");
const { packageManager } = JSON.parse(await readFile(join(ROOT, "package.json"), "utf8"));
const upstream = (await run("npm", ["config", "get", "registry"], { cwd: ROOT })).trim().replace(/\/$/, "");
const folder = await mkdtemp(join(tmpdir(), "hitbox-rehearsal-"));
const registry = await startRegistry(upstream);
try {
  console.log("release");
  const copy = await release(folder, registry.url, packageManager);
  process.exitCode = (await rehearseAll({ folder, registry, copy, flags })) ? 0 : 1;
} finally {
  await registry.close();
  if (flags.keep) console.log(`kept: ${folder}`);
  else await rm(folder, { recursive: true, force: true });
}
