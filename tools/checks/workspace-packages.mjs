import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { ROOT } from "../pnpm.mjs";

/** Every published package: `{ name, folder, path, directory, manifest }`, where `path` counts from the root. */
export async function workspacePackages() {
  const folders = (await readdir(join(ROOT, "packages"), { withFileTypes: true })).filter((entry) =>
    entry.isDirectory(),
  );
  return Promise.all(
    folders.map(async ({ name: folder }) => {
      const directory = join(ROOT, "packages", folder);
      const manifest = await readJson(join(directory, "package.json"));
      return { name: manifest.name, folder, path: `packages/${folder}`, directory, manifest };
    }),
  );
}

export async function readJson(path) {
  return JSON.parse(await readFile(path, "utf8"));
}
