import { join } from "node:path";
import { isDeepStrictEqual } from "node:util";
import { ROOT } from "../pnpm.mjs";
import { readJson } from "./workspace-packages.mjs";

/** A package's tsconfig.json is the few lines that all have, and `tsc -b` in the root builds it. */
export async function references({ directory, folder, path, manifest }) {
  const expected = expectedConfig(folder, path, Object.keys(manifest.dependencies ?? {}));
  const wrong = [];
  if (!isDeepStrictEqual(await readJson(join(directory, "tsconfig.json")), expected))
    wrong.push(`tsconfig.json has to be ${JSON.stringify(expected)}`);
  const { references: built } = await readJson(join(ROOT, "tsconfig.json"));
  if (!built.some((reference) => reference.path === path))
    wrong.push("the root's tsconfig.json does not refer to it");
  return wrong;
}

function expectedConfig(folder, path, dependencies) {
  const up = "../".repeat(path.split("/").length);
  const config = {
    extends: `${up}tsconfig.base.json`,
    compilerOptions: { rootDir: "src", outDir: "dist", emitDeclarationOnly: true },
    include: ["src"],
  };
  if (folder === "core") return config;
  // A package of the same shelf, or the cache.
  const siblings = dependencies.filter((name) => name.startsWith("@hitbox/") && name !== "@hitbox/core");
  const toCache = `${up.slice(3)}cache`;
  const besides = siblings.map((name) => ({
    path: name === "@hitbox/cache" ? toCache : name.replace("@hitbox/", "../"),
  }));
  return { ...config, references: [{ path: `${up.slice(3)}core` }, ...besides] };
}
