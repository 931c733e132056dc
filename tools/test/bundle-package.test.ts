import { mkdir, mkdtemp, readdir, readFile, rm, stat, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterEach, beforeEach, expect, test } from "vitest";
import { bundlePackage } from "../build/bundle-package.mjs";

const SOURCES = {
  "src/index.ts":
    'import { sep } from "other-package";\nexport { Kept } from "./kept.ts";\nexport { sep };\n',
  "src/kept.ts": "export class Kept {\n  fail(): never {\n    throw new Error();\n  }\n}\n",
  "src/second/index.ts": 'export { Kept } from "../kept.ts";\n',
  "node_modules/other-package/index.js": 'export const sep = "/";\n',
  "node_modules/other-package/package.json": '{ "type": "module", "exports": "./index.js" }',
  "package.json": '{ "type": "module" }',
  "dist/left.js": "",
};
const manifest = {
  name: "@hitbox/example",
  exports: {
    ".": { "@hitbox/source": "./src/index.ts" },
    "./second": { "@hitbox/source": "./src/second/index.ts" },
    "./package.json": "./package.json",
  },
};

let directory: string;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "hitbox-bundle-package-"));
  for (const [name, text] of Object.entries(SOURCES)) await write(name, text);
});

afterEach(() => rm(directory, { recursive: true }));

async function write(name: string, text: string): Promise<void> {
  await mkdir(dirname(join(directory, name)), { recursive: true });
  await writeFile(join(directory, name), text);
}

const bundle = (): Promise<void> => bundlePackage({ directory, manifest });
const load = (name: string) => import(/* @vite-ignore */ pathToFileURL(join(directory, name)).href);

test("a class that two entry points give is one class", async () => {
  await bundle();
  const [first, second] = await Promise.all([load("dist/index.js"), load("dist/second/index.js")]);
  expect(first.Kept).toBe(second.Kept);
});

test("each entry point is a file, beside one that they share, and none of an earlier build", async () => {
  await bundle();
  const names = await readdir(join(directory, "dist"), { recursive: true });
  const scripts = names.filter((name) => name.endsWith("js"));
  expect(scripts.sort()).toEqual(["index.js", "second/index.js", "shared.js"]);
});

test("another package stays outside", async () => {
  await bundle();
  expect(await readFile(join(directory, "dist/index.js"), "utf8")).toContain('from "other-package"');
});

test("the source map leads to the sources that are packed", async () => {
  await bundle();
  const map = JSON.parse(await readFile(join(directory, "dist/shared.js.map"), "utf8"));
  expect(map).toMatchObject({ sources: ["../src/kept.ts"] });
  expect(map.sourcesContent?.some((text: string | null) => text !== null) ?? false).toBe(false);
});

test("a bundle is made anew when a source is newer, and only then", async () => {
  await bundle();
  const made = async (): Promise<number> => (await stat(join(directory, "dist/index.js"))).mtimeMs;
  const first = await made();
  await bundle();
  expect(await made()).toBe(first);
  const later = new Date(first + 60_000);
  await utimes(join(directory, "src/kept.ts"), later, later);
  await write("dist/index.js", "old");
  await bundle();
  expect(await readFile(join(directory, "dist/index.js"), "utf8")).not.toBe("old");
});
