import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";

/**
 * The files below `directory/folder` whose name ends in `ending`: `{ path, text }`, `path` from `directory`
 * on.
 */
export async function filesUnder(directory, folder, ending) {
  const entries = await readdir(join(directory, folder), { recursive: true }).catch(() => []);
  const names = entries.filter((name) => name.endsWith(ending)).sort();
  return Promise.all(
    names.map(async (name) => ({
      path: join(folder, name),
      text: await readFile(join(directory, folder, name), "utf8"),
    })),
  );
}
