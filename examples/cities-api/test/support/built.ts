import { fileURLToPath } from "node:url";
import { buildExample, type Program, runProgram } from "@hitbox/test-support";

const EXAMPLE = fileURLToPath(new URL("../..", import.meta.url));
/** The user's own settings do not count. */
const UNSET = { REDIS_URL: undefined, PORT: undefined, LMDB_PATH: undefined };

export const build = (): Promise<void> => buildExample(EXAMPLE);

/** Runs the built example. It is killed with the test if it has not ended. */
export function runExample(args: readonly string[], environment: NodeJS.ProcessEnv = {}): Program {
  return runProgram(["dist/main.js", ...args], { cwd: EXAMPLE, environment: { ...UNSET, ...environment } });
}

/** Runs a script, an ES module, in the example's folder. */
export function runNode(script: string): Program {
  const args = ["--input-type=module", "--eval", script];
  return runProgram(args, { cwd: EXAMPLE, environment: UNSET });
}
