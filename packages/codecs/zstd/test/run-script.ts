import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { build } from "esbuild";

const options = { bundle: true, write: false, platform: "node", format: "esm", logLevel: "error" } as const;

/** Runs an ES module of this folder, which may import the sources, in a process of its own; gives what it prints. */
export async function runScript(source: string): Promise<string> {
  const stdin = { contents: source, resolveDir: import.meta.dirname };
  const { outputFiles } = await build({ ...options, stdin, conditions: ["@hitbox/source"] });
  const args = ["--input-type=module", "--eval", outputFiles[0]?.text ?? ""];
  // Rejects where it fails, and where it does not end and has to be killed.
  const settings = { cwd: import.meta.dirname, timeout: 10_000 };
  const { stdout } = await promisify(execFile)(process.execPath, args, settings);
  return stdout;
}
