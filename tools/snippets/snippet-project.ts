import { existsSync } from "node:fs";
import { mkdir, rm, symlink, writeFile } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { SHELVES } from "../checks/workspace-packages.mjs";
import { assertComments } from "./assert-comments.ts";
import { impliedImports, type PackageExports } from "./implied-imports.ts";
import type { Snippet } from "./snippet.ts";

const FOLDER = ".cache/snippets";
const LOCAL_REDIS = "redis://localhost:6379";
const EQUAL = "__equal";

// The repository's own flags, against the built packages as a user gets them; an example may end before its
// last value is used.
const TSCONFIG = {
  extends: "../../tsconfig.base.json",
  compilerOptions: {
    customConditions: [],
    composite: false,
    isolatedDeclarations: false,
    declaration: false,
    declarationMap: false,
    tsBuildInfoFile: null,
    noUnusedLocals: false,
  },
  include: ["**/*.ts"],
  exclude: ["**/node_modules"],
};

export interface ProjectOptions {
  readonly root: string;
  /** What `redis://localhost:6379` stands for in a snippet. */
  readonly redisUrl: string;
  /** Exports of each package, see `PackageExports`, by the package's folder. */
  readonly exports: ReadonlyMap<string, readonly string[]>;
}

/**
 * Writes one module for each snippet, its lines numbered as in the file it comes from. Returns the project's
 * folder.
 */
export async function writeProject(snippets: readonly Snippet[], options: ProjectOptions): Promise<string> {
  const folder = join(options.root, FOLDER);
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, "tsconfig.json"), JSON.stringify(TSCONFIG));
  for (const owner of new Set(snippets.map(ownerOf))) await linkDependencies(options.root, owner);
  for (const snippet of snippets) {
    const path = join(options.root, `${modulePath(snippet)}.ts`);
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, moduleText(snippet, options));
  }
  return folder;
}

/** Path of a snippet's module from the root, without its ending. */
export function modulePath(snippet: Snippet): string {
  return `${FOLDER}/${snippet.file}.${snippet.line}`;
}

/** The package of a file, such as `packages/backends/redis`; empty for files of the root. */
function ownerOf({ file }: Snippet): string {
  const [first, second, third] = file.split("/");
  if (first === "examples") return `${first}/${second}`;
  if (first !== "packages" || second === undefined) return "";
  return SHELVES.includes(second) ? `${first}/${second}/${third}` : `${first}/${second}`;
}

/** Makes a snippet resolve what the folder of its file resolves. */
async function linkDependencies(root: string, owner: string): Promise<void> {
  const modules = join(root, owner, "node_modules");
  if (owner === "" || !existsSync(modules)) return;
  await mkdir(join(root, FOLDER, owner), { recursive: true });
  await symlink(modules, join(root, FOLDER, owner, "node_modules"));
}

function moduleText(snippet: Snippet, { redisUrl, exports }: ProjectOptions): string {
  const code = assertComments(snippet.code, EQUAL).replaceAll(LOCAL_REDIS, redisUrl);
  const isDocstring = snippet.origin === "docstring";
  const standsAlone = !isDocstring && !snippet.file.startsWith("docs/");
  const implied = standsAlone ? "" : impliedImports(snippet.code, searched(ownerOf(snippet), exports));
  const before = `${implied}import { deepStrictEqual as ${EQUAL} } from "node:assert"; ${EQUAL};`;
  return `${"\n".repeat(snippet.line - 2)}${before}\n${code}\n`;
}

function searched(owner: string, exports: ProjectOptions["exports"]): PackageExports {
  const first = [basename(owner), "core", "memory"];
  const folders = [...new Set([...first, ...exports.keys()])];
  return folders.map((folder) => [`@hitbox/${folder}`, exports.get(folder) ?? []]);
}
