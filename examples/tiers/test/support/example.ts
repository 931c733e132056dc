import { fileURLToPath } from "node:url";
import { buildExample, type Program, runProgram } from "@hitbox/test-support";

const EXAMPLE = fileURLToPath(new URL("../..", import.meta.url));

export const build = (): Promise<void> => buildExample(EXAMPLE);

/** Runs the built example; without a REDIS_URL unless one is given. */
export function runExample(environment: NodeJS.ProcessEnv): Program {
  return runProgram(["dist/main.js"], {
    cwd: EXAMPLE,
    environment: { REDIS_URL: undefined, ...environment },
    // The program ends the server that it has started.
    signal: "SIGTERM",
  });
}

/** A row of the table with that title, by its first three cells: policy, scenario, and who answered. */
export function rows(stdout: string, title: string): readonly (readonly string[])[] {
  const section = stdout.split("\n\n").find((each) => each.startsWith(`${title}\n`)) ?? "";
  const lines = section.split("\n").slice(2);
  return lines.map((line) => line.trim().split(/ {2,}/).slice(0, 3));
}
