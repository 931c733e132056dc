import { existsSync } from "node:fs";
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { copyExample } from "../copy-example/copy-example.mjs";
import { MANAGERS } from "./managers.mjs";
import { run } from "./run.mjs";

/** Arguments that make the run of an example short. */
const ARGUMENTS = { "cities-api": ["--requests", "2000"] };

/** How npm uses the copy of an example: one with a program is run, and one that is a library is compiled. */
export function commandOf(example, directory) {
  if (!existsSync(join(directory, "src", "main.ts"))) return ["exec", "tsc"];
  return ["start", "--", ...(ARGUMENTS[example] ?? [])];
}

/** Copies each example out of the repository, installs it from the registry, builds it and runs it. */
export async function rehearseExamples({ folder, registry, copy, outcomes }) {
  console.log("examples");
  for (const example of await readdir(join(copy, "examples")))
    await outcomes.note("examples that stand alone", example, async () => {
      const directory = join(folder, `example-${example}`);
      await copyExample(join(copy, "examples", example), directory, (name) => registry.latest(name).version);
      await MANAGERS.npm(directory, registry.url);
      await run("npm", commandOf(example, directory), { cwd: directory });
    });
}
