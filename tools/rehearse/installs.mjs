import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { MANAGERS } from "./managers.mjs";
import { FRONT_PAGE, makeProject, STACK_SAYS, writeSmoke, writeStack } from "./projects.mjs";
import { run } from "./run.mjs";

/** Installs the front page's stack under each manager, and runs it by import and by require. */
export async function installTogether({ folder, registry, outcomes, redis }, managers) {
  console.log("front page");
  for (const manager of managers)
    await outcomes.note("the front page's stack, installed by", manager, async () => {
      const directory = await makeProject(folder, `stack ${manager}`, FRONT_PAGE);
      await MANAGERS[manager](directory, registry.url);
      await writeStack(directory);
      for (const file of ["stack.mjs", "stack.cjs"]) await expectStack("node", [file, redis.url], directory);
    });
}

/** Runs a program that ends with what the front page's stack says. */
export async function expectStack(command, args, cwd, runIt = run) {
  const output = await runIt(command, args, { cwd });
  if (!output.includes(STACK_SAYS)) throw new Error(`${args[0]} says: ${output}`);
}

/** Installs each package alone under each manager, and imports and requires it. */
export async function installAlone({ folder, registry, outcomes, names }) {
  for (const manager of Object.keys(MANAGERS)) {
    console.log(`each package alone, by ${manager}`);
    await outcomes.note("each package alone, installed by", manager, async () => {
      for (const name of names) {
        const directory = await makeProject(folder, `alone ${manager} ${name}`, [name]);
        await MANAGERS[manager](directory, registry.url).catch((error) => {
          throw new Error(`${name}: ${error.message}`);
        });
        await writeSmoke(directory, name);
        await run("node", ["smoke.mjs"], { cwd: directory });
        if (manager === "npm") await expectAlone(directory, name);
      }
    });
  }
}

/** A package brings no other package of this project but those that it depends on. */
async function expectAlone(directory, name) {
  const installed = await readdir(join(directory, "node_modules/@hitbox")).catch(() => []);
  if (installed.length > 4) throw new Error(`${name} brings ${installed.join(", ")}`);
}
