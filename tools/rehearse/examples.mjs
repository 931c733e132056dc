import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { copyExample } from "../copy-example/copy-example.mjs";
import { MANAGERS } from "./managers.mjs";
import { run } from "./run.mjs";

/** A short run of each example. */
const ARGUMENTS = { "cities-api": ["--requests", "2000"], tiers: [], "dynamodb-tier": [] };

/** An example without a program is compiled. */
function commandOf(example) {
  const args = ARGUMENTS[example];
  return args === undefined ? ["exec", "tsc"] : ["start", "--", ...args];
}

/** Copies each example out of the repository, installs it from the registry, builds it and runs it. */
export async function rehearseExamples({ folder, registry, copy, outcomes }) {
  console.log("examples");
  for (const example of await readdir(join(copy, "examples")))
    await outcomes.note("examples that stand alone", example, async () => {
      const directory = join(folder, `example-${example}`);
      await copyExample(join(copy, "examples", example), directory, (name) => registry.latest(name).version);
      await MANAGERS.npm(directory, registry.url);
      await run("npm", commandOf(example), { cwd: directory });
    });
}
