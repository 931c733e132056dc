import { execFileSync } from "node:child_process";
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, expect, test } from "vitest";
import { workspacePackages } from "../checks/workspace-packages.mjs";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const CHANGESETS = join(ROOT, "node_modules/@changesets/cli/bin.js");
// What changesets reads: the workspace without its code.
const COPIED =
  /^$|^(?:package\.json|pnpm-workspace\.yaml|\.changeset(?:\/config\.json)?)$|^(?:packages|examples|benchmarks)(?:\/[^/]+){0,2}$|\/package\.json$/;
const LEFT_OUT = /(?:^|\/)(?:node_modules|dist|src|test|results)(?:\/|$)/;

let copy: string;

beforeEach(() => {
  copy = mkdtempSync(join(tmpdir(), "hitbox-changesets-"));
  const filter = (path: string): boolean => {
    const name = relative(ROOT, path);
    return COPIED.test(name) && !LEFT_OUT.test(name);
  };
  cpSync(ROOT, copy, { recursive: true, filter });
  execFileSync("git", ["init", "--quiet"], { cwd: copy });
});

afterEach(() => rmSync(copy, { recursive: true }));

function version(path: string): string {
  return JSON.parse(readFileSync(join(copy, path, "package.json"), "utf8")).version;
}

test("changeset version raises what changed and what depends on it, and leaves private packages alone", () => {
  const before = { memory: version("packages/backends/memory"), benchmarks: version("benchmarks") };
  const text = '---\n"@hitbox/core": minor\n---\n\nSomething new.\n';
  writeFileSync(join(copy, ".changeset/new.md"), text);
  execFileSync(process.execPath, [CHANGESETS, "version"], { cwd: copy });
  expect(version("packages/core")).toMatch(/^\d+\.[1-9]\d*\.0$/);
  expect(version("packages/backends/memory")).not.toBe(before.memory);
  expect(version("benchmarks")).toBe(before.benchmarks);
  expect(readFileSync(join(copy, "packages/core/CHANGELOG.md"), "utf8")).toContain("Something new.");
});

test("the first release gives every package the version 0.1.0 and a changelog", async () => {
  for (const name of readdirSync(join(ROOT, ".changeset")))
    cpSync(join(ROOT, ".changeset", name), join(copy, ".changeset", name));
  execFileSync(process.execPath, [CHANGESETS, "version"], { cwd: copy });
  for (const { path, manifest } of await workspacePackages()) {
    if (manifest.version !== "0.0.0") continue;
    expect([path, version(path)]).toEqual([path, "0.1.0"]);
    expect(readFileSync(join(copy, path, "CHANGELOG.md"), "utf8")).toContain("First release.");
  }
});
