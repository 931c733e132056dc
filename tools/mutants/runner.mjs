import { join } from "node:path";
import { createVitest } from "vitest/node";
import { ROOT } from "../pnpm.mjs";

// A process that runs tests over mutated sources, for tools/mutants.mjs: a mutant that never ends is ended
// with its process. No file is touched: the source is replaced on its way into the tests. Takes `{ groups }`
// once, then `{ file, code }` for each mutant. Answers with `{ caughtBy }`: a test, or undefined.

const TEST_TIMEOUT_MS = 15_000;

const mutant = { file: undefined, code: undefined };
const plugin = {
  name: "mutant",
  enforce: "pre",
  load: (id) => (id === mutant.file ? mutant.code : undefined),
};

const vitest = await createVitest(
  "test",
  {
    root: ROOT,
    mode: "mutants",
    watch: false,
    bail: 1,
    testTimeout: TEST_TIMEOUT_MS,
    reporters: [{}],
    // Long tests too: the targets choose.
    include: ["packages/**/test/**/*.test.ts"],
    exclude: ["**/node_modules/**"],
    allowOnly: false,
    env: { RUNS: "3" },
  },
  { plugins: [plugin] },
);
await vitest.standalone();
let groups = [];

process.on("message", async (message) => {
  if (message.groups) groups = await Promise.all(message.groups.map(specificationsOf));
  else mutate(message);
  process.send({ caughtBy: await caughtBy(message) });
});

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
 * noticed
 * nothing: it is told once, and left out from then on.
 */
async function caughtBy(message) {
  for (;;) {
    const failure = await firstFailure(groups);
    if (failure === undefined || message.groups) return failure;
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
    const { testModules, unhandledErrors } = await vitest.runTestSpecifications(group);
    for (const module of testModules) {
      const file = module.relativeModuleId;
      for (const test of module.children.allTests("failed")) return { file, test: test.fullName };
      if (!module.ok()) return { file, test: "the file fails" };
    }
    if (unhandledErrors.length > 0) return { file: "any", test: "an error that no test handles" };
  }
  return undefined;
}
