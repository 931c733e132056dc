import { execFile } from "node:child_process";
import { promisify } from "node:util";

const run = promisify(execFile);

const REQUIRED = ["LICENSE", "README.md", "package.json", "dist/index.js", "dist/index.d.ts", "src/index.ts"];
const ALLOWED =
  /^(?:LICENSE|README\.md|CHANGELOG\.md|package\.json|src\/.+\.ts|dist\/.+\.(?:js|d\.ts)(?:\.map)?)$/;

/** What would be published is what is needed, and nothing else. */
export async function tarball({ tarball: file }) {
  const { stdout } = await run("tar", ["-tzf", file]);
  const names = stdout
    .trim()
    .split("\n")
    .map((name) => name.replace(/^package\//, ""));
  const { stdout: manifest } = await run("tar", ["-xzOf", file, "package/package.json"]);
  const wrong = [
    ...REQUIRED.filter((name) => !names.includes(name)).map((name) => `is packed without ${name}`),
    ...names.filter((name) => !ALLOWED.test(name)).map((name) => `is packed with ${name}`),
  ];
  if (manifest.includes('"workspace:')) wrong.push("is packed with a workspace: version");
  return wrong;
}
