import { join } from "node:path";
import { isDeepStrictEqual } from "node:util";
import { ROOT } from "../pnpm.mjs";
import { readJson } from "./workspace-packages.mjs";

const PACKAGE = {
  extends: "../../tsconfig.base.json",
  compilerOptions: { rootDir: "src", outDir: "dist" },
  include: ["src"],
};

/** A package's tsconfig.json is the few lines that all have, and `tsc -b` in the root builds it. */
export async function references({ directory, folder, path }) {
  const expected = folder === "core" ? PACKAGE : { ...PACKAGE, references: [{ path: "../core" }] };
  const wrong = [];
  if (!isDeepStrictEqual(await readJson(join(directory, "tsconfig.json")), expected))
    wrong.push(`tsconfig.json has to be ${JSON.stringify(expected)}`);
  const { references: built } = await readJson(join(ROOT, "tsconfig.json"));
  if (!built.some((reference) => reference.path === path))
    wrong.push("the root's tsconfig.json does not refer to it");
  return wrong;
}
