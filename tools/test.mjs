import { parseArgs } from "node:util";
import { pnpm } from "./pnpm.mjs";
import { prepare } from "./steps/prepare.mjs";
import { StepFailed, step } from "./steps/step.mjs";
import { vitest } from "./steps/vitest.mjs";

// Sets everything up and runs tests, on a fresh clone with nothing but Node and npm.
//
//   npm test                     every check and every quick test
//   npm run test:long            the long tests: outages, fleets, topologies, fuzzing, many interleavings
//   node tools/test.mjs --unit   quick tests of what runs in a service, for a second Node; no random ones

/** As in packages/internal/test-support: the seed of every run for which SEED names no other. */
const FIXED_SEED = "1";

const { values: flags } = parseArgs({ options: { unit: { type: "boolean" }, long: { type: "boolean" } } });
const total = { passed: 0, failed: 0, skipped: 0 };
const failures = [];

const tool = (...command) => pnpm(["exec", ...command], { output: "captured" });

/** Waits for all of the works, and then fails if one of them has. */
async function together(...works) {
  const ended = await Promise.allSettled(works.map((work) => work()));
  const failed = ended.find(({ status }) => status === "rejected");
  if (failed !== undefined) throw failed.reason;
}

async function tests(filters, environment, options) {
  const { status, output, counts, failures: found } = await vitest(filters, environment, options);
  for (const [name, count] of Object.entries(counts)) total[name] += count;
  failures.push(...found);
  return { status, output };
}

/** Tests that start programs of the packages need not build them first. */
const BUILT = { BUILT: "yes" };

/** By an earlier run in this checkout: `BUILT=yes npm run test:long` takes the packages as that left them. */
const isBuilt = process.env.BUILT === BUILT.BUILT;

/** As turbo builds each package, in one process. */
async function build() {
  await step("types", () => tool("tsc", "-b"));
  await step("build", () => tool(process.execPath, "tools/bundle.mjs"));
}

/** Resolves with the environment of tests that `npm test` may have prepared. */
async function prepared(options) {
  const environment = await prepare({ ...options, isInstalled: isBuilt });
  if (!isBuilt) await build();
  return environment;
}

/** What runs in the process of a service, whose Node is not chosen here. */
const IN_SERVICES = ["core", "cache", "composition", "wrappers", "backends", "codecs", "integrations"].map(
  (folder) => `packages/${folder}/`,
);

const SECOND_NODE = { mode: "second-node" };

async function packagesOnly() {
  // Installed by this Node, for which some packages are that another one leaves out.
  const environment = await prepare();
  if (!isBuilt) await build();
  await step("vitest", () => tests(IN_SERVICES, { ...environment, ...BUILT }, SECOND_NODE));
}

async function longTests() {
  const environment = await prepared({ long: true });
  const run = (mode) => () => tests([], { ...environment, ...BUILT }, { mode });
  // Not side by side: fuzzers take the processors from servers whose outages are timed.
  await step("vitest, fuzz", run("fuzz"));
  await step("vitest, long", run("long"));
}

async function everything() {
  const environment = await prepare();
  await together(checkText, build);
  await together(() => step("vitest", () => tests([], { ...environment, ...BUILT })), besideTests);
}

async function checkText() {
  await step("lint", () => tool("biome", "check", "--error-on-warnings", "."));
  await step("sources", () => tool(process.execPath, "tools/check-sources.mjs"));
}

/** Needs the build, and uses the time in which tests wait. */
async function besideTests() {
  await step("steps of an operation", () => tool(process.execPath, "tools/count-steps.mjs"));
  await step("types of the tests", () => tool("tsc", "-p", "tsconfig.tests.json"));
  await step("packages", () => tool(process.execPath, "tools/check-packages.mjs"));
}

const { SEED = FIXED_SEED } = process.env;
console.log(`Node ${process.version}; seed ${SEED} (SEED=… for another), and every seed that failed once`);
try {
  await (flags.unit ? packagesOnly() : flags.long ? longTests() : everything());
} catch (error) {
  if (!(error instanceof StepFailed)) console.error(error);
  // The output of a step may be far above, among that of the tests.
  if (failures.length === 0) failures.push(`${error.message}: search for "FAILED"`);
  // A run that ended early must not look like one in which nothing failed.
  total.failed = Math.max(total.failed, 1);
}
if (total.skipped > 0) console.log("Skipped tests fail the run: an untested thing must not look tested.");
for (const failure of failures) console.log(`failed: ${failure}`);
process.exitCode = total.failed + total.skipped === 0 ? 0 : 1;
console.log(`tests: ${total.passed} passed, ${total.failed} failed, ${total.skipped} skipped`);
