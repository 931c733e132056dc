import { installed, onPath } from "./installed.mjs";

/**
 * A program that can be run: the one named by the variable, else from PATH under one of its names, else
 * installed with apt-get, as root on Debian or Ubuntu. Resolves with `{ path, source }`, where `source` says
 * which. `isRunnable` rejects for one on PATH that is no such program. `others` are further ways to get one,
 * by their names. `folders` answers with further folders to look into, where a package puts none on PATH.
 */
export async function program(wanted) {
  const { variable, names, debian, howToInstall, isRunnable, folders = () => [], others = {} } = wanted;
  const named = process.env[variable];
  if (named) return { path: named, source: variable };
  const ways = {
    PATH: () => fromPath(names, folders, isRunnable),
    "apt-get": () => installed(debian, names[0], folders),
    ...others,
  };
  const reasons = [];
  for (const [name, get] of Object.entries(ways)) {
    try {
      const path = await get();
      return { path, source: name === "PATH" ? path : name };
    } catch (error) {
      reasons.push(`${name}: ${error.message.trim()}`);
    }
  }
  throw new Error(`${howToInstall}\nTried:\n  ${reasons.join("\n  ")}`);
}

async function fromPath(names, folders, isRunnable) {
  for (const name of names) {
    const path = await onPath(name, await folders());
    if (path === undefined) continue;
    await isRunnable?.(path);
    return path;
  }
  throw new Error("there is none");
}
