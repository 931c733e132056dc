import { execFile } from "node:child_process";
import { access, constants, readFile, rm, writeFile } from "node:fs/promises";
import { delimiter, join } from "node:path";
import { promisify } from "node:util";
import { ROOT } from "../pnpm.mjs";
import { bundledRedis } from "./bundled-redis.mjs";

const run = promisify(execFile);
const POLICY = "/usr/sbin/policy-rc.d";

const HOW_TO_INSTALL = `The tests need a real redis-server. Install one:
  Debian, Ubuntu:  sudo apt-get install redis-server
  Fedora:          sudo dnf install redis
  macOS:           brew install redis
or start Docker (on Linux), or set REDIS_SERVER to the path of the program.`;

/**
 * A redis-server that can be run: the one named by REDIS_SERVER, else from PATH, else installed with apt-get (as root
 * on Debian or Ubuntu), else copied out of Docker's image into `folder`. Resolves with `{ path, source }`, where `source`
 * says which.
 */
export async function redisServer(folder = join(ROOT, ".cache/redis-server")) {
  if (process.env.REDIS_SERVER) return { path: process.env.REDIS_SERVER, source: "REDIS_SERVER" };
  const path = await onPath("redis-server");
  if (path !== undefined) return { path, source: path };
  const reasons = ["PATH: there is none"];
  for (const [name, get] of [
    ["apt-get", installed],
    ["Docker", () => bundledRedis(folder)],
  ]) {
    try {
      return { path: await get(), source: name };
    } catch (error) {
      reasons.push(`${name}: ${error.message.trim()}`);
    }
  }
  throw new Error(`${HOW_TO_INSTALL}\nTried:\n  ${reasons.join("\n  ")}`);
}

async function onPath(program) {
  for (const folder of (process.env.PATH ?? "").split(delimiter)) {
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

async function installed() {
  const release = await readFile("/etc/os-release", "utf8").catch(() => "");
  if (!/^ID(_LIKE)?=.*\b(debian|ubuntu)\b/m.test(release)) throw new Error("this is not Debian or Ubuntu");
  if (process.getuid?.() !== 0) throw new Error("only root can install packages");
  const options = { env: { ...process.env, DEBIAN_FRONTEND: "noninteractive" } };
  await run("apt-get", ["update"], options);
  await withoutServices(() =>
    run("apt-get", ["install", "-y", "--no-install-recommends", "redis-server"], options),
  );
  const path = await onPath("redis-server");
  if (path === undefined) throw new Error("the package redis-server was installed, but has no such program");
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
