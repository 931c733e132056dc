import { readdir } from "node:fs/promises";

const REQUIRED = ["README.md", "package.json", "src", "test", "tsconfig.json"];
// Written by changesets, by the build and by the tools.
const ALLOWED = [...REQUIRED, "CHANGELOG.md", "LICENSE", "dist", "node_modules", "templates", ".turbo"];

/** A package looks like its siblings. */
export async function layout({ directory }) {
  const entries = await readdir(directory);
  return [
    ...REQUIRED.filter((name) => !entries.includes(name)).map((name) => `${name} is missing`),
    ...entries.filter((name) => !ALLOWED.includes(name)).map((name) => `${name} does not belong here`),
  ];
}
