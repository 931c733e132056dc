import { MANAGERS } from "./managers.mjs";
import { FRONT_PAGE, makeProject } from "./projects.mjs";
import { run } from "./run.mjs";

/** What a service that uses Redis has anyway. */
const CLIENT = ["ioredis"];
const ROUNDS = { install: 5, import: 9 };

/**
 * Milliseconds that npm takes to install the front page's stack, and Node to import it: medians, in which
 * what npm keeps of earlier installs may be used. Machines differ, so `ratio` has the same as multiples of
 * what ioredis alone takes, measured in turn with it.
 */
export async function frontPageTimes(folder, registry) {
  const projects = {};
  let round = 0;
  const install = (packages) => async () => {
    const directory = await makeProject(folder, `times ${round++} ${packages.length}`, packages);
    await MANAGERS.npm(directory, registry.url);
    projects[packages.length] = directory;
  };
  const installs = await compared(install(FRONT_PAGE), install(CLIENT), ROUNDS.install);
  const importIn = (packages) => async () => importTime(projects[packages.length], packages);
  const imports = await compared(importIn(FRONT_PAGE), importIn(CLIENT), ROUNDS.import);
  return {
    installMs: installs.ms,
    importMs: imports.ms,
    ratio: { install: installs.ratio, import: imports.ratio },
  };
}

/** Runs both in turn. `ms`: what the first takes; `ratio`: how often the second's time that is. */
async function compared(first, second, rounds) {
  const times = [[], []];
  for (let round = 0; round < rounds; round++) {
    times[0].push(await timeOf(first));
    times[1].push(await timeOf(second));
  }
  const [ms, other] = times.map(median);
  return { ms: Math.round(ms), ratio: Number((ms / other).toFixed(2)) };
}

/** What `work` says it took, or else what it did take. */
async function timeOf(work) {
  const start = performance.now();
  return (await work()) ?? performance.now() - start;
}

/** Without the start of Node. */
async function importTime(directory, names) {
  const imports = names.map((name) => `await import("${name}")`).join(";");
  const text = `const t = performance.now(); ${imports}; console.log(performance.now() - t)`;
  return Number.parseFloat(await run("node", ["--input-type=module", "-e", text], { cwd: directory }));
}

const median = (numbers) => numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)];
