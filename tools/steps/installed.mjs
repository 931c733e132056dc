import { execFile } from "node:child_process";
import { access, constants, readFile, rm, writeFile } from "node:fs/promises";
import { delimiter, join } from "node:path";
import { promisify } from "node:util";

const run = promisify(execFile);
const POLICY = "/usr/sbin/policy-rc.d";

/** The path of a program on PATH, or in one of further `folders`; undefined if there is none. */
export async function onPath(program, folders = []) {
  for (const folder of [...(process.env.PATH ?? "").split(delimiter), ...folders]) {
    const path = join(folder, program);
    if (
      await access(path, constants.X_OK).then(
        () => true,
        () => false,
      )
    )
      return path;
  }
  return undefined;
}

/**
 * Installs one package or several with apt-get, as root on Debian or Ubuntu, and resolves with the path of
 * their program.
 */
export async function installed(pkg, program, folders = () => []) {
  const release = await readFile("/etc/os-release", "utf8").catch(() => "");
  if (!/^ID(_LIKE)?=.*\b(debian|ubuntu)\b/m.test(release)) throw new Error("this is not Debian or Ubuntu");
  if (process.getuid?.() !== 0) throw new Error("only root can install packages");
  const options = { env: { ...process.env, DEBIAN_FRONTEND: "noninteractive" } };
  await run("apt-get", ["update"], options);
  await withoutServices(() =>
    run("apt-get", ["install", "-y", "--no-install-recommends", ...[pkg].flat()], options),
  );
  const path = await onPath(program, await folders());
  if (path === undefined) throw new Error(`${[pkg].flat().join(", ")} was installed, but has no ${program}`);
  return path;
}

/** Debian starts a service when its package is installed, unless this script answers 101 ("not allowed"). */
async function withoutServices(install) {
  const ours = await writeFile(POLICY, "#!/bin/sh\nexit 101\n", { mode: 0o755, flag: "wx" }).then(
    () => true,
    () => false,
  );
  try {
    await install();
  } finally {
    if (ours) await rm(POLICY);
  }
}
