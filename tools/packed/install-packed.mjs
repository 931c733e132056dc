import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdir, realpath, symlink, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { packed } from "../checks/pack-all.mjs";
import { workspacePackages } from "../checks/workspace-packages.mjs";

const run = promisify(execFile);

/**
 * Makes `folder` a project that has every package installed as it would be published. The packages of others
 * that they depend on are links into the workspace, so that nothing is downloaded. Needs a build.
 */
export async function installPacked(folder) {
  const packages = await workspacePackages();
  const tarballs = await packed(packages, join(folder, "tarballs"));
  await writeFile(join(folder, "package.json"), '{ "type": "module" }');
  for (const { name, directory, manifest } of packages) {
    const target = join(folder, "node_modules", name);
    await mkdir(target, { recursive: true });
    await run("tar", ["-xzf", tarballs.get(name), "-C", target, "--strip-components", "1"]);
    const others = { ...manifest.dependencies, ...manifest.peerDependencies };
    for (const other of Object.keys(others)) await linkOther(folder, directory, other);
  }
}

/** The types of Node are left out: a user may have none. */
async function linkOther(folder, directory, name) {
  const link = join(folder, "node_modules", name);
  if (name.startsWith("@hitbox/") || name.startsWith("@types/") || existsSync(link)) return;
  await mkdir(dirname(link), { recursive: true });
  await symlink(await realpath(join(directory, "node_modules", name)), link);
}
