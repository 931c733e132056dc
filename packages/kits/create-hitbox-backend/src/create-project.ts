import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { checkKnown } from "@hitbox/core";
import type { Capability } from "./capabilities.ts";
import { completeManifest } from "./complete-manifest.ts";
import { CreateError } from "./create-error.ts";
import { checkClient, namesOf } from "./names.ts";
import { render } from "./render.ts";

export interface ProjectOptions {
  /** Name of the store, such as `my-store`. The package is `hitbox-backend-my-store`. */
  readonly name: string;
  /** Folder to write to. It is made if it is missing, and must be empty. */
  readonly directory: string;
  /** Npm package of the store's client. Default: none is added to `package.json`. */
  readonly client?: string | undefined;
  /** Abilities of the store beyond get, set and delete. Default: none. */
  readonly can?: ReadonlySet<Capability> | undefined;
}

const TEMPLATES = fileURLToPath(new URL("../templates/package", import.meta.url));

/**
 * Writes a new backend package: source by `storeBackend`, a test by the conformance kit, README, types,
 * workflow and changesets. It passes the kit over a stand-in for the client.
 *
 * Resolves with the paths of the files that it has written, from the directory on.
 *
 * @throws TypeError for an option that is unknown; CreateError for a name that does not fit, and for a
 * directory that is not empty.
 */
export async function createProject(options: ProjectOptions): Promise<string[]> {
  checkKnown("createProject", options, ["name", "directory", "client", "can"]);
  const { directory, client, can = new Set<string>() } = options;
  const names = namesOf(options.name);
  if (client !== undefined) checkClient(client);
  await checkEmpty(directory);
  const has = (name: string): boolean =>
    name === "client" ? client !== undefined : (can as ReadonlySet<string>).has(name);
  const written: string[] = [];
  for (const file of await templateFiles()) {
    const text = render(await readFile(join(TEMPLATES, file), "utf8"), names, has);
    const path = pathOf(file);
    await mkdir(dirname(join(directory, path)), { recursive: true });
    await writeFile(
      join(directory, path),
      path === "package.json" ? await completeManifest(text, client) : text,
    );
    written.push(path);
  }
  return written;
}

async function templateFiles(): Promise<string[]> {
  const entries = await readdir(TEMPLATES, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile());
  return files.map(({ parentPath, name }) => join(parentPath, name).slice(TEMPLATES.length + 1)).sort();
}

/** Names that npm would take for those of this package. */
const RENAMED: Readonly<Record<string, string>> = {
  "copying.txt": "LICENSE",
  "manifest.json": "package.json",
};

/** The path of a file in a new package. Npm leaves out hidden files: in templates `_` stands for a dot. */
function pathOf(file: string): string {
  return RENAMED[file] ?? file.replaceAll("\\", "/").replace(/(^|\/)_/g, "$1.");
}

async function checkEmpty(directory: string): Promise<void> {
  const entries = await readdir(directory).catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return [];
    if (error.code === "ENOTDIR") throw new CreateError(`${directory} is a file. Name another directory.`);
    throw error;
  });
  // A repository that was just made.
  if (entries.every((name) => name === ".git")) return;
  throw new CreateError(`${directory} is not empty. Name another directory, or empty it.`);
}
