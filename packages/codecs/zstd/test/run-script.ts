import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";

const run = promisify(execFile);
const ROOT = join(import.meta.dirname, "../../../..");

/** Runs an ES module of this folder in a process of its own, over the build, which is brought up to date first; gives what it prints. */
export async function runScript(source: string): Promise<string> {
  await run(process.execPath, [join(ROOT, "node_modules/typescript/bin/tsc"), "-b", "packages/codecs/zstd"], {
    cwd: ROOT,
  });
  // Rejects where it fails, and where it does not end and has to be killed.
  const options = { cwd: import.meta.dirname, timeout: 10_000 };
  const { stdout } = await run(process.execPath, ["--input-type=module", "--eval", source], options);
  return stdout;
}
