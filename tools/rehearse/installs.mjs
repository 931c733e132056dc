import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { MANAGERS } from "./managers.mjs";
import { requiredPeers, versionsForThisNode } from "./peers.mjs";
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

/** Installs each package alone under each manager, with its required peers, and imports and requires it. */
export async function installAlone({ folder, registry, outcomes, names }) {
  for (const manager of Object.keys(MANAGERS)) {
    console.log(`each package alone, by ${manager}`);
    await outcomes.note("each package alone, installed by", manager, async () => {
      for (const name of names)
        await expectAlone({ folder, registry, manager, name }).catch((error) => {
          throw new Error(`${name}: ${error.message}`);
        });
    });
  }
}

async function expectAlone({ folder, registry, manager, name }) {
  const { manifest } = registry.latest(name);
  // Npm, pnpm and Bun would install them by themselves; Yarn does not, and says so.
  const peers = await versionsForThisNode(registry, requiredPeers(manifest), manifest);
  const directory = await makeProject(folder, `alone ${manager} ${name}`, { [name]: "latest", ...peers });
  await MANAGERS[manager](directory, registry.url);
  await writeSmoke(directory, name);
  await run("node", ["smoke.mjs"], { cwd: directory });
  if (manager !== "npm") return;
  const installed = await readdir(join(directory, "node_modules/@hitbox")).catch(() => []);
  const needed = withDependencies(registry, name);
  const others = installed.filter((folder) => !needed.has(`@hitbox/${folder}`));
  if (others.length > 0) throw new Error(`brings ${others.join(", ")}, on which it does not depend`);
}

/** A package of ours, and those of ours that it depends on. */
function withDependencies(registry, name) {
  const { dependencies = {} } = registry.latest(name).manifest;
  const ours = Object.keys(dependencies).filter((each) => each.startsWith("@hitbox/"));
  return new Set([name, ...ours.flatMap((each) => [...withDependencies(registry, each)])]);
}
