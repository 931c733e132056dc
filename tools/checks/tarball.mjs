import { execFile } from "node:child_process";
import { promisify } from "node:util";

const run = promisify(execFile);

const REQUIRED = ["LICENSE", "README.md", "package.json", "dist/index.d.ts", "src/index.ts"];
const ALLOWED =
  /^(?:LICENSE|README\.md|CHANGELOG\.md|package\.json|src\/.+\.ts|templates\/.+|dist\/.+\.d\.ts(?:\.map)?)$/;

/** What would be published is what is needed, and nothing else. */
export async function tarball({ tarball: file, manifest: { exports, bin } }) {
  const { stdout } = await run("tar", ["-tzf", file]);
  const names = stdout
    .trim()
    .split("\n")
    .map((name) => name.replace(/^package\//, ""));
  const bundles = [...bundlesOf(exports, bin), ...pageOf(names)];
  const { stdout: packed } = await run("tar", ["-xzOf", file, "package/package.json"]);
  const wrong = [
    ...[...REQUIRED, ...bundles]
      .filter((name) => !names.includes(name))
      .map((name) => `is packed without ${name}`),
    ...names
      .filter((name) => !ALLOWED.test(name) && !bundles.includes(name))
      .map((name) => `is packed with ${name}`),
  ];
  if (packed.includes('"workspace:')) wrong.push("is packed with a workspace: version");
  return wrong;
}

/** The script of a package that has a page. */
function pageOf(names) {
  return names.includes("src/page/page.ts") ? ["dist/page.js"] : [];
}

/**
 * A file for each entry point, and one for what several share: each more would slow imports down. A program
 * imports the package's own entry.
 */
function bundlesOf(exports, bin = {}) {
  const [entries, programs] = [Object.values(exports).map((entry) => entry.default), Object.values(bin)].map(
    (paths) => paths.flatMap((path) => path?.replace("./", "") ?? []),
  );
  const bundles = entries.length > 1 ? [...entries, "dist/shared.js"] : entries;
  return [...bundles, ...programs].flatMap((name) => [name, `${name}.map`]);
}
