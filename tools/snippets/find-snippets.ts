import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fromDocstrings } from "./from-docstrings.ts";
import { fromMarkdown } from "./from-markdown.ts";
import type { Snippet } from "./snippet.ts";

// Group 1 of a match, where there is one, is the folder whose dependencies the file may import.
const MARKDOWN = /^(?:(?:packages|examples)\/(?:[^/]+\/){1,2})?README\.md$|^CONTRIBUTING\.md$|^docs\/.+\.md$/;
const SOURCE = /^packages\/(?!internal\/)(?:[^/]+\/){1,2}src\/.+\.ts$/;
const FOLDERS = ["packages", "examples", "docs"];

/**
 * Every snippet of the READMEs, of docs/, and of the docstrings in the packages' sources, by file and line.
 */
export function findSnippets(root: string): Snippet[] {
  const nested = FOLDERS.flatMap((folder) => filesUnder(root, folder));
  const files = [...readdirSync(root), ...nested].sort();
  const read = (file: string): string => readFileSync(join(root, file), "utf8");
  return [
    ...files.filter((file) => MARKDOWN.test(file)).flatMap((file) => fromMarkdown(file, read(file))),
    ...files.filter((file) => SOURCE.test(file)).flatMap((file) => fromDocstrings(file, read(file))),
  ];
}

function filesUnder(root: string, folder: string): string[] {
  return readdirSync(join(root, folder), { withFileTypes: true }).flatMap((entry) => {
    const path = `${folder}/${entry.name}`;
    if (entry.name === "node_modules" || entry.name === "dist") return [];
    return entry.isDirectory() ? filesUnder(root, path) : [path];
  });
}
