import { fileURLToPath } from "node:url";
import { bundlePackage } from "../../../../../tools/build/bundle-package.mjs";
import { readJson } from "../../../../../tools/checks/workspace-packages.mjs";

const DIRECTORY = fileURLToPath(new URL("../..", import.meta.url));

/** Builds the script of the page if a source is newer. Resolves with the path of its file. */
export async function builtPage(): Promise<string> {
  await bundlePackage({ directory: DIRECTORY, manifest: await readJson(`${DIRECTORY}/package.json`) });
  return `${DIRECTORY}/dist/page.js`;
}
