import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { MANAGERS } from "./managers.mjs";
import { FRONT_PAGE, makeProject } from "./projects.mjs";
import { run } from "./run.mjs";
import { frontPageTimes } from "./times.mjs";

const BUDGET = join(import.meta.dirname, "sizes.json");
/** A package may grow by so much before its budget has to be raised, by `--write`. */
const ROOM = 1.1;
/** And a time, which differs from run to run, by so much. */
const ROOM_IN_TIME = 1.4;

/** Holds each package to a budget of bytes, and the front page's stack to one of packages, bytes, times. */
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
  for (const time of ["install", "import"])
    await outcomes.note("within its size", `front page, time of its ${time}`, async () =>
      expectWithin(sizes.frontPage.ratio[time], budget.frontPage.ratio?.[time], ROOM_IN_TIME),
    );
  return sizes;
}

const sizeOf = ({ packed, unpacked }) => ({ packed, unpacked });

/** Packages and bytes that the front page's stack installs, and the times of that and of its import. */
async function frontPage(folder, registry) {
  const directory = await makeProject(folder, "sizes", FRONT_PAGE);
  await MANAGERS.npm(directory, registry.url);
  const lock = JSON.parse(await readFile(join(directory, "package-lock.json"), "utf8"));
  const packages = Object.keys(lock.packages).length - 1;
  const du = await run("du", ["-sb", "node_modules"], { cwd: directory });
  return { packages, bytes: Number.parseInt(du, 10), ...(await frontPageTimes(folder, registry)) };
}

function expectWithin(size, budget, room = ROOM) {
  if (budget === undefined) throw new Error("has no budget: npm run rehearse -- --write");
  if (size > budget * room) throw new Error(`${size} is over the budget of ${budget}`);
}
