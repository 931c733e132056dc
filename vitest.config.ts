import { availableParallelism } from "node:os";
import { defineConfig } from "vitest/config";
import { randomSuites, sharingSuites, shortenedSuites } from "./tools/suites.mjs";

// Workspace packages resolve to their sources: no build is needed to run a test. Vite adds "import" and
// "require" itself; named here, they would reach Node as its own, which then gives a require what is made for
// an import.
const conditions = ["source", "node"];

const TESTS = [
  "packages/{*,*/*}/test/**/*.test.ts",
  "examples/*/test/**/*.test.ts",
  "{benchmarks,tools}/test/**/*.test.ts",
];
const LONG_TESTS = TESTS.map((files) => files.replace(".test.ts", ".long.test.ts"));

/** Random cases in the long tests, as a multiple of those in the quick ones. */
const MORE_RUNS = 10;

const NEVER = ["**/node_modules/**"];

/** The test files of a mode, and which of them share a process. */
function filesOf(mode: string) {
  if (mode === "long") {
    return { include: [...LONG_TESTS, ...randomSuites(), ...shortenedSuites()], exclude: NEVER };
  }
  const exclude = [...NEVER, ...LONG_TESTS];
  if (mode === "mutants") return {};
  const sharing = sharingSuites();
  return {
    projects: [
      {
        extends: true as const,
        test: { name: "apart", include: TESTS, exclude: [...exclude, ...sharing] },
      },
      {
        extends: true as const,
        test: { name: "sharing", include: sharing, exclude, isolate: false },
      },
    ],
  };
}

// `vitest run` runs the quick tests. `vitest run --mode long` runs the long ones: files that end in
// .long.test.ts, the random suites with many more cases, and the suites of which the quick tests play a part.
export default defineConfig(({ mode }) => {
  const isLong = mode === "long";
  const runs = Number(process.env.RUNS || (isLong ? MORE_RUNS : 1));
  return {
    resolve: { conditions },
    ssr: { resolve: { conditions, externalConditions: conditions } },
    test: {
      ...filesOf(mode),
      env: { RUNS: `${runs}` },
      // A test that hangs fails; one that waits for its turn on a busy machine does not.
      testTimeout: 60_000 * Math.max(1, runs),
      hookTimeout: 60_000,
      // Many tests wait for servers more than they compute: on two cores one worker would leave one idle.
      maxWorkers: Math.max(2, availableParallelism() - 1),
    },
  };
});
