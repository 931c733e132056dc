import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const ROOT = fileURLToPath(new URL("..", import.meta.url));
const FOLDERS = ["packages", "examples", "benchmarks", "tools"];

/** The test files that play random cases: those that use `assertProperty`. Paths start at the root. */
export const randomSuites = () => filesWith("assertProperty(");

/** The quick test files that leave rows of a table to the long tests: those that use `quickly`. */
export const shortenedSuites = () => filesWith("quickly(");

function filesWith(text) {
  return FOLDERS.flatMap(testFilesIn).filter((path) => readFileSync(join(ROOT, path), "utf8").includes(text));
}

function testFilesIn(folder) {
  return readdirSync(join(ROOT, folder), { withFileTypes: true }).flatMap((entry) => {
    const path = `${folder}/${entry.name}`;
    if (entry.isDirectory()) return SKIPPED.has(entry.name) ? [] : testFilesIn(path);
    return entry.name.endsWith(".test.ts") ? [path] : [];
  });
}

const SKIPPED = new Set(["node_modules", "dist", "src", "internal"]);
