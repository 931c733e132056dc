import { execFile } from "node:child_process";
import { chmod, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { onTestFinished } from "vitest";

const run = promisify(execFile);
const SCRIPT = `
const { [process.argv[2]]: step } = await import(process.argv[1]);
console.log(JSON.stringify(await step(process.argv[3]).catch(({ message }) => ({ message }))));
`;

/** A step of tools/steps on a machine that has the programs made here and no others. */
export interface Machine {
  /** The folder on PATH. */
  readonly bin: string;
  program(name: string, script: string): Promise<void>;
  /** The answer of the step. */
  answer(environment?: Record<string, string>): Promise<Record<string, string>>;
}

/** `file` without its ending, and the function that it exports. Gone when the test is over. */
export async function machine(file: string, step: string): Promise<Machine> {
  const bin = await mkdtemp(join(tmpdir(), "hitbox-bin-"));
  onTestFinished(() => rm(bin, { recursive: true }));
  const path = fileURLToPath(new URL(`../../steps/${file}.mjs`, import.meta.url));
  return {
    bin,
    async program(name, script) {
      await writeFile(join(bin, name), `#!/bin/sh\n${script}\n`);
      await chmod(join(bin, name), 0o755);
    },
    async answer(environment = {}) {
      const options = { env: { PATH: bin, ...environment } };
      const words = ["--input-type=module", "-e", SCRIPT, path, step, join(bin, "cache")];
      const { stdout } = await run(process.execPath, words, options);
      return JSON.parse(stdout);
    },
  };
}
