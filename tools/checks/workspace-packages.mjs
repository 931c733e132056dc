import { readdir, readFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { ROOT } from "../pnpm.mjs";

/** Folders of `packages/` that hold packages of one kind; each holds published packages only. */
export const SHELVES = ["backends", "codecs", "integrations", "observability", "kits"];
/** The folder of private packages, which tests and benchmarks use. */
export const INTERNAL = "internal";

/** Every published package: `{ name, folder, path, directory, manifest }`. `path` starts at the root. */
export async function workspacePackages() {
  const paths = await Promise.all((await foldersIn("packages")).map(packagesAt));
  return Promise.all(
    paths.flat().map(async (path) => {
      const directory = join(ROOT, path);
      const manifest = await readJson(join(directory, "package.json"));
      return { name: manifest.name, folder: basename(path), path, directory, manifest };
    }),
  );
}

/** The packages that `packages/<name>` is or holds. */
async function packagesAt(name) {
  if (name === INTERNAL) return [];
  if (!SHELVES.includes(name)) return [`packages/${name}`];
  return (await foldersIn(`packages/${name}`)).map((folder) => `packages/${name}/${folder}`);
}

async function foldersIn(path) {
  const entries = await readdir(join(ROOT, path), { withFileTypes: true });
  return entries.filter((entry) => entry.isDirectory()).map(({ name }) => name);
}

export async function readJson(path) {
  return JSON.parse(await readFile(path, "utf8"));
}
