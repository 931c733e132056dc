import { expectStack } from "./installs.mjs";
import { MANAGERS, RUNTIMES } from "./managers.mjs";
import { FRONT_PAGE, makeProject, writeStack } from "./projects.mjs";

/** Runs the front page's program in each runtime. */
export async function rehearseRuntimes({ folder, registry, outcomes, redis }) {
  console.log("runtimes");
  const directory = await makeProject(folder, "runtimes", FRONT_PAGE);
  await MANAGERS.npm(directory, registry.url);
  await writeStack(directory);
  for (const [runtime, runIn] of Object.entries(RUNTIMES))
    await outcomes.note("the front page's stack, run by", runtime, () =>
      expectStack("", ["stack.mjs", redis.url], directory, (_, args, options) => runIn(args, options)),
    );
}
