import { join } from "node:path";
import { createVitest } from "vitest/node";
import { ROOT } from "../pnpm.mjs";
import { sharingSuites } from "../suites.mjs";

// A process that runs tests over mutated sources, for tools/mutants.mjs: a mutant that never ends is ended
// with its process. No file is touched: the source is replaced on its way into the tests. Takes `{ groups }`
// once, then `{ file, code }` for each mutant. Answers with `{ caughtBy }`: a test, or undefined.

const TEST_TIMEOUT_MS = 40_000;
process.env.SHRINK = "no";

const mutant = { file: undefined, code: undefined };
const plugin = {
  name: "mutant",
  enforce: "pre",
  load: (id) => (id === mutant.file ? mutant.code : undefined),
};

/** The first test that failed in the run under way. */
let firstFailed;
// Results that vitest returns are those of earlier runs too, of files that this run has not come to.
const reporter = {
  onTestCaseResult(test) {
    if (test.result().state === "failed") failed(test.module, test.fullName);
  },
  onTestModuleEnd(module) {
    if (!module.ok()) failed(module, "the file fails");
  },
};
const failed = (module, test) => {
  firstFailed ??= { file: module.relativeModuleId, test };
};

const TESTS = "packages/**/test/**/*.test.ts";
const NEVER = ["**/node_modules/**"];
const sharing = sharingSuites();
/** To start a worker, and to load modules in it, takes longer than most tests. */
const ONE_WORKER = { isolate: false, maxWorkers: 1, sequence: { groupOrder: 1 } };
/** A module that was kept on disk, by this run or another, would be taken instead of its mutant. */
const UNKEPT = { experimental: { fsModuleCache: false } };
/** The workers of a run end with it: no module outlives its mutant, even where test files share modules. */
const project = (name, test) => ({ extends: true, plugins: [plugin], test: { name, ...UNKEPT, ...test } });

const vitest = await createVitest(
  "test",
  {
    root: ROOT,
    mode: "mutants",
    watch: false,
    bail: 1,
    testTimeout: TEST_TIMEOUT_MS,
    reporters: [reporter],
    allowOnly: false,
    ...UNKEPT,
  },
  {
    test: {
      projects: [
        // Long tests too: the targets choose.
        project("apart", { include: [TESTS], exclude: [...NEVER, ...sharing] }),
        project("sharing", { include: sharing, exclude: NEVER, ...ONE_WORKER }),
      ],
    },
  },
);
await vitest.standalone();
let groups = [];

process.on("message", async (message) => {
  if (message.groups) groups = await Promise.all(message.groups.map(specificationsOf));
  else mutate(message);
  process.send({ caughtBy: await caughtBy(message) });
});

// Whoever started this was ended: so are the workers and servers of tests, which are of this group.
process.on("disconnect", () => process.kill(-process.pid, "SIGKILL"));

async function specificationsOf({ tests, except = [] }) {
  const found = await vitest.globTestSpecifications(tests);
  return found.filter(({ moduleId }) => !except.some((path) => moduleId.includes(path)));
}

function mutate({ file, code }) {
  const earlier = mutant.file;
  mutant.file = file && join(ROOT, file);
  mutant.code = code;
  for (const path of [earlier, mutant.file]) if (path) vitest.invalidateFile(path);
}

/**
 * The test that fails first; undefined if all pass. A test file that fails over the source as it is has
 * noticed nothing: it is told once, and left out from then on. Only files that need a process of their own
 * are asked again: the others have their own clocks, and no server.
 */
async function caughtBy(message) {
  for (;;) {
    const failure = await firstFailure(groups);
    if (failure === undefined || message.groups || sharing.includes(failure.file)) return failure;
    mutate({});
    const again = await firstFailure(groups.map((group) => group.filter(isOf(failure))));
    if (again === undefined) return failure;
    console.error(`${failure.file} fails without a mutant too, and is left out: ${again.test}`);
    groups = groups.map((group) => group.filter((specification) => !isOf(failure)(specification)));
    mutate(message);
  }
}

const isOf =
  ({ file }) =>
  (specification) =>
    specification.moduleId === join(ROOT, file);

async function firstFailure(among) {
  for (const group of among.filter(({ length }) => length > 0)) {
    firstFailed = undefined;
    const { unhandledErrors } = await vitest.runTestSpecifications(group);
    if (firstFailed !== undefined) return firstFailed;
    if (unhandledErrors.length > 0) return { file: "any", test: "an error that no test handles" };
  }
  return undefined;
}
