import { cp, mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { ROOT } from "../pnpm.mjs";

/**
 * Copies the example in `source` to `target` as a project of its own: with versions instead of `workspace:`,
 * a `tsconfig.json` that stands alone, and `npm start`. `versionOf` gives the version of a package.
 */
export async function copyExample(source, target, versionOf) {
  await mkdir(target, { recursive: true });
  for (const name of ["src", "README.md"])
    await cp(join(source, name), join(target, name), { recursive: true });
  const manifest = JSON.parse(await readFile(join(source, "package.json"), "utf8"));
  const root = JSON.parse(await readFile(join(ROOT, "package.json"), "utf8"));
  const { compilerOptions } = JSON.parse(await readFile(join(ROOT, "tsconfig.base.json"), "utf8"));
  await writeJson(join(target, "package.json"), standalone(manifest, root.devDependencies, versionOf));
  await writeJson(join(target, "tsconfig.json"), {
    compilerOptions: { ...compilerOptions, ...OF_A_REPOSITORY, rootDir: "src", outDir: "dist" },
    include: ["src"],
  });
}

/** Options of `tsconfig.base.json` that packages which build each other need. */
const OF_A_REPOSITORY = {
  ...{ composite: undefined, customConditions: undefined, tsBuildInfoFile: undefined },
  ...{ declaration: undefined, declarationMap: undefined, isolatedDeclarations: undefined },
};

function standalone(
  { dependencies, devDependencies, ...manifest },
  { typescript, "@types/node": types },
  versionOf,
) {
  const versions = Object.entries(dependencies).map(([name, version]) => [
    name,
    version.startsWith("workspace:") ? `^${versionOf(name)}` : version,
  ]);
  return {
    ...manifest,
    scripts: { start: "tsc && node dist/main.js" },
    dependencies: Object.fromEntries(versions),
    devDependencies: { ...devDependencies, "@types/node": types, typescript },
  };
}

function writeJson(path, value) {
  return writeFile(path, `${JSON.stringify(value, undefined, 2)}\n`);
}
