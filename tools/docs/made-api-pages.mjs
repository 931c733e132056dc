import { createHash } from "node:crypto";
import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { filesUnder } from "../checks/files-under.mjs";
import { workspacePackages } from "../checks/workspace-packages.mjs";
import { ROOT } from "../pnpm.mjs";
import { writeApiPages } from "./api-pages.mjs";

const API = join(ROOT, ".cache/docs/api");
const MADE_OF = join(API, "made-of.txt");

/** Folder with the pages of the API. They are made anew only if the types have changed. */
export async function madeApiPages() {
  const packages = await workspacePackages();
  const hash = await hashOf(packages);
  if ((await readFile(MADE_OF, "utf8").catch(() => "")) === hash) return API;
  await rm(API, { recursive: true, force: true });
  await mkdir(API, { recursive: true });
  await writeApiPages(packages, API);
  await writeFile(MADE_OF, hash);
  return API;
}

async function hashOf(packages) {
  const hash = createHash("sha256");
  hash.update(await readFile(join(import.meta.dirname, "api-pages.mjs")));
  for (const { directory, path } of packages) {
    const files = await filesUnder(directory, "dist", ".d.ts");
    if (files.length === 0) throw new Error(`${path} has no types: build the packages first`);
    for (const file of files) hash.update(`${path}/${file.path}\n${file.text}`);
  }
  return hash.digest("hex");
}
