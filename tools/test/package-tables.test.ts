import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { workspacePackages } from "../checks/workspace-packages.mjs";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const read = (path: string): string => readFileSync(join(ROOT, path), "utf8");
const published = (await workspacePackages()).filter(({ path }) => !path.includes("/internal/"));
const stores = published.filter(({ path }) => /\/(?:backends|integrations)\//.test(path));

test.each(["README.md", "docs/how-it-works/design.md"])("%s lists every published package", (page) => {
  const text = read(page);
  const missing = published
    .map(({ manifest }) => manifest.name)
    .filter((name) => !text.includes(`\`${name}\``));
  expect(missing).toEqual([]);
});

test("the index of the reference leads to the README of every store", () => {
  const text = read("docs/reference/index.md");
  expect(stores.filter(({ path }) => !text.includes(`(../../${path}/README.md)`))).toEqual([]);
  expect(stores.length).toBeGreaterThan(9);
});

test.each(published)(
  "the README of $manifest.name shows the command that installs it",
  ({ manifest, path }) => {
    const commands = read(`${path}/README.md`).match(/^(?:npm (?:install|create)|npx) .+/gm) ?? [];
    const called = String(manifest.name).replace(/^create-/, "");
    expect(commands.some((command) => command.includes(called))).toBe(true);
  },
);
