import { execFile } from "node:child_process";
import { promisify } from "node:util";

const run = promisify(execFile);

const SCRIPT = `
import { createRequire } from "node:module";
const name = process.argv[1];
const imported = Object.keys(await import(name));
const required = Object.keys(createRequire(process.cwd() + "/x.js")(name)).filter((key) => key !== "__esModule");
if (imported.length === 0) throw new Error("it exports nothing");
if (String(imported) !== String(required)) throw new Error("require gives other names than import");
if (imported.includes("default")) throw new Error("it has a default export");
`;

/** Plain Node takes the built package, by import and by require. */
export async function loads({ directory, name }) {
  const args = ["--no-warnings", "--input-type=module", "--eval", SCRIPT, name];
  try {
    await run(process.execPath, args, { cwd: directory });
    return [];
  } catch (error) {
    const reason = error.stderr.split("\n").find((line) => /^\w*Error/.test(line));
    return [`does not load: ${reason ?? error.message}`];
  }
}
