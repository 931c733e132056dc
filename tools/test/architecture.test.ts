import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));
const text = (file: string): string => readFileSync(join(ROOT, file), "utf8");

/** The arrows of the diagram under a heading of docs/how-it-works/architecture.md. */
function diagram(heading: string): string[] {
  const [, section = ""] = text("docs/how-it-works/architecture.md").split(`## ${heading}\n`);
  const [, drawn = ""] = section.split("```mermaid\n");
  return (drawn.split("```")[0] ?? "")
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line.includes("-->"))
    .sort();
}

function packagesIn(folder: string): string[] {
  return readdirSync(join(ROOT, folder), { withFileTypes: true })
    .map(({ name }) => join(folder, name))
    .filter((path) => existsSync(join(ROOT, path, "package.json")));
}

const SHELVES = ["backends", "codecs", "integrations", "observability", "kits"].map(
  (shelf) => `packages/${shelf}`,
);
const PUBLISHED = ["packages", ...SHELVES].flatMap(packagesIn);

/** What the packages depend on among each other. */
function dependencies(): string[] {
  return PUBLISHED.flatMap((path) => {
    const { name, dependencies: needed = {} } = JSON.parse(text(join(path, "package.json")));
    const own = Object.keys(needed).filter((other) => other.startsWith("@hitbox/"));
    return own.map((other) => `${short(name)} --> ${short(other)}`);
  }).sort();
}

const short = (name: string): string => name.replace("@hitbox/", "");

/** The imports between the folders of a package's sources. */
function imports(source: string): string[] {
  const files = readdirSync(join(ROOT, source), { recursive: true, encoding: "utf8" });
  const arrows = files.filter((file) => file.endsWith(".ts")).flatMap((file) => importsOf(source, file));
  return [...new Set(arrows)].sort();
}

function importsOf(source: string, file: string): string[] {
  const from = folderOf(file);
  const named = [...text(join(source, file)).matchAll(/from "(\.[^"]+)"/g)].map(([, path = ""]) => path);
  const targets = named.map((path) =>
    folderOf(relative(join(ROOT, source), resolve(ROOT, source, dirname(file), path))),
  );
  return targets.flatMap((to) => (from && to && from !== to ? [`${from} --> ${to}`] : []));
}

function folderOf(file: string): string | undefined {
  return file.includes("/") ? file.split("/")[0] : undefined;
}

test("the diagram of the packages is what they depend on", () => {
  expect(diagram("Packages")).toEqual(dependencies());
});

test.each([
  ["Parts of core", "packages/core/src"],
  ["Parts of the cache", "packages/cache/src"],
])("the diagram '%s' is what its folders import", (heading, source) => {
  expect(diagram(heading)).toEqual(imports(source));
});

const EXPLAINED = ["architecture", "concurrency"].map((name) => `docs/how-it-works/${name}.md`);

test.each(EXPLAINED)("every path that %s names is there", (page) => {
  const paths = [...text(page).matchAll(/`((?:packages|tools|docs)\/[^`]+)`/g)].map(([, path = ""]) => path);
  expect(paths.length).toBeGreaterThan(20);
  expect(paths.filter((path) => !existsSync(join(ROOT, path)))).toEqual([]);
});
