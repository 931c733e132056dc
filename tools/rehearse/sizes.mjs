import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { MANAGERS } from "./managers.mjs";
import { FRONT_PAGE, makeProject } from "./projects.mjs";
import { run } from "./run.mjs";

const BUDGET = join(import.meta.dirname, "sizes.json");
/** A package may grow by so much before its budget has to be raised, by `--write`. */
const ROOM = 1.1;

/** Holds each package, and all that the front page's stack installs, to a budget of bytes. */
export async function checkSizes({ folder, registry, outcomes, names }, { write = false }) {
  console.log("sizes");
  const sizes = {
    packages: Object.fromEntries(names.map((name) => [name, sizeOf(registry.latest(name))])),
    frontPage: await frontPage(folder, registry),
  };
  if (write) await writeFile(BUDGET, `${JSON.stringify(sizes, undefined, 2)}\n`);
  const budget = JSON.parse(await readFile(BUDGET, "utf8"));
  for (const [name, { packed }] of Object.entries(sizes.packages))
    await outcomes.note("within its size", name, async () =>
      expectWithin(packed, budget.packages[name]?.packed),
    );
  for (const part of ["packages", "bytes"])
    await outcomes.note("within its size", `front page, ${part}`, async () =>
      expectWithin(sizes.frontPage[part], budget.frontPage[part]),
    );
  return sizes;
}

const sizeOf = ({ packed, unpacked }) => ({ packed, unpacked });

/** Packages and bytes that the front page's stack installs, and the milliseconds of its import. */
async function frontPage(folder, registry) {
  const directory = await makeProject(folder, "sizes", FRONT_PAGE);
  await MANAGERS.npm(directory, registry.url);
  const lock = JSON.parse(await readFile(join(directory, "package-lock.json"), "utf8"));
  const packages = Object.keys(lock.packages).length - 1;
  const du = await run("du", ["-sb", "node_modules"], { cwd: directory });
  return { packages, bytes: Number.parseInt(du, 10), importMs: await importTime(directory) };
}

/** The median of five runs, without the start of Node. Differs between machines: nothing is held to it. */
async function importTime(directory) {
  const imports = FRONT_PAGE.map((name) => `await import("${name}")`).join(";");
  const text = `const t = performance.now(); ${imports}; console.log(performance.now() - t)`;
  const times = [];
  for (let round = 0; round < 5; round++) {
    const args = ["--input-type=module", "-e", text];
    times.push(Number.parseFloat(await run("node", args, { cwd: directory })));
  }
  return Math.round(times.sort((a, b) => a - b)[2]);
}

function expectWithin(size, budget) {
  if (budget === undefined) throw new Error("has no budget: npm run rehearse -- --write");
  if (size > budget * ROOM) throw new Error(`${size} is over the budget of ${budget}`);
}
