import { cp, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, expect, test } from "vitest";
import { declarations } from "../checks/declarations.mjs";
import { dependencies } from "../checks/dependencies.mjs";
import { layout } from "../checks/layout.mjs";
import { manifest } from "../checks/manifest.mjs";
import { references } from "../checks/references.mjs";
import { sources } from "../checks/sources.mjs";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));

let directory: string;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "hitbox-package-"));
  const copied = /memory$|memory\/(?:src|test|README\.md|package\.json|tsconfig\.json)/;
  await cp(join(ROOT, "packages/backends/memory"), directory, {
    recursive: true,
    filter: (path) => copied.test(path),
  });
});

afterEach(() => rm(directory, { recursive: true }));

async function copy() {
  const text = await readFile(join(directory, "package.json"), "utf8");
  const common = {
    name: "@hitbox/memory",
    folder: "memory",
    path: "packages/backends/memory",
    tarball: undefined,
  };
  return { ...common, directory, manifest: JSON.parse(text) };
}

test("a copy of a package is as it should be", async () => {
  const pkg = await copy();
  for (const check of [layout, manifest, dependencies, references, sources]) {
    expect(await check(pkg)).toEqual([]);
  }
});

test("a stray file and a missing one are found", async () => {
  await writeFile(join(directory, "vitest.config.ts"), "");
  await rm(join(directory, "tsconfig.json"));
  expect(await layout(await copy())).toEqual([
    "tsconfig.json is missing",
    "vitest.config.ts does not belong here",
  ]);
});

test("a field that differs from its siblings is found", async () => {
  const pkg = await copy();
  pkg.manifest.sideEffects = true;
  pkg.manifest.exports["."].types = "./dist/memory.d.ts";
  expect(await manifest(pkg)).toEqual([
    "package.json: sideEffects has to be false",
    expect.stringContaining("package.json: exports has to be"),
  ]);
});

test.each([
  ['import { Redis } from "ioredis";', "imports ioredis, which package.json does not declare"],
  ['export * from "lru-cache/x";\nexport * from "@hitbox/lmdb";', "imports @hitbox/lmdb, which package.json"],
  ['import "../../core/src/index.ts";', "which is not in src"],
  [
    'import "@hitbox/core/tier";\nimport "@hitbox/core/dist/json.js";',
    "imports @hitbox/core/dist/json.js; packages",
  ],
])("an import that is not the package's own is found: %s", async (line, problem) => {
  await writeFile(join(directory, "src/index.ts"), line);
  expect(await dependencies(await copy())).toEqual([expect.stringContaining(problem)]);
});

test("an arrow that does not point to core is found", async () => {
  const pkg = await copy();
  pkg.manifest.dependencies["@hitbox/lmdb"] = "workspace:^";
  pkg.manifest.devDependencies = { "@hitbox/redis": "workspace:^" };
  expect(await dependencies(pkg)).toEqual([
    "depends on @hitbox/lmdb; packages depend on @hitbox/core alone",
    expect.stringContaining("@hitbox/redis"),
  ]);
  expect(await dependencies({ ...pkg, name: "@hitbox/core" })).toContainEqual(
    expect.stringContaining("core depends on"),
  );
});

test.each([
  ["// @ts-expect-error", "a suppressed type error"],
  ["// biome-ignore lint/suspicious/noExplicitAny: because", "a suppressed `any`"],
  ["export default 1;", "a default export"],
])("a source with %s is found", async (line, problem) => {
  await writeFile(join(directory, "src/other.ts"), `${line}\n`);
  expect(await sources(await copy())).toEqual([`src/other.ts has ${problem}`]);
});

test("an any in what is published is found, and a word is not taken for one", async () => {
  await cp(join(directory, "src"), join(directory, "dist"), { recursive: true });
  await writeFile(
    join(directory, "dist/a.d.ts"),
    '/** any */ export const any: "any"; type A = { any: 1 };\n',
  );
  await writeFile(join(directory, "dist/b.d.ts"), "export declare const b: Promise<any>;\n");
  expect(await declarations(await copy())).toEqual(["dist/b.d.ts has the type any"]);
});
