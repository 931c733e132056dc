import { availableParallelism } from "node:os";
import { defineConfig } from "vitest/config";
import { SlowestFirst } from "./tools/slowest-first.ts";
import {
  engineSuites,
  FUZZERS,
  randomSuites,
  sharingSuites,
  shortenedSuites,
  unplayedSuites,
  waitingSuites,
} from "./tools/suites.mjs";

// Workspace packages resolve to their sources: no build is needed to run a test. With BUILT=yes, which the
// test commands set once they have built, they resolve to what is published: one file for a package, which
// loads faster than a hundred. Vite adds "import" and "require" itself; named here, they would reach Node as
// its own, which then gives a require what is made for an import.
const conditions = process.env.BUILT === "yes" ? ["node"] : ["@hitbox/source", "node"];

const TESTS = [
  "packages/{*,*/*}/test/**/*.test.ts",
  "examples/*/test/**/*.test.ts",
  "{benchmarks,tools}/test/**/*.test.ts",
];
const LONG = /\.long\.test\.ts$/;
const LONG_TESTS = TESTS.map((files) => files.replace(".test.ts", ".long.test.ts"));

/** Many tests take stores away: Node does not print their warnings, and still tells its listeners of them. */
const QUIET = ["AWAY", "BACK"].map((state) => `--disable-warning=HITBOX_TIER_${state}`);

/** Random cases in the long tests, as a multiple of those in the quick ones. */
const MORE_RUNS = 10;

/** Test files that share processes. */
const SHARING = { name: "sharing", isolate: false, setupFiles: ["tools/process-as-found.ts"] };
const NEVER = ["**/node_modules/**"];

// Many tests wait for servers more than they compute: as many workers as cores would leave one idle.
const WORKERS = availableParallelism() + 1;

/** Each searches for a time by the clock: they take as long as one does, and share the processors. */
const FUZZERS_AT_ONCE = 8;

const project = <Test extends object>(test: Test) => ({ extends: true as const, test });

/** Quick test files of which the long tests play more: CI leaves out those of which it has played a part. */
const playedOn = () =>
  process.env.PLAYED === "quick" ? unplayedSuites() : [...shortenedSuites(), ...randomSuites()];

/** The test files of a mode, and which of them share a process. */
function filesOf(mode: string) {
  if (mode === "long") {
    const exclude = [...NEVER, ...FUZZERS];
    const include = [...LONG_TESTS, ...playedOn()];
    const waiting = waitingSuites();
    const isShared = (path: string): boolean =>
      (LONG.test(path) || include.includes(path)) && !waiting.includes(path);
    return { projects: projectsOf(include, exclude, isShared) };
  }
  if (mode === "fuzz") return { include: FUZZERS, exclude: NEVER, maxWorkers: FUZZERS_AT_ONCE };
  const exclude = [...NEVER, ...LONG_TESTS];
  if (mode === "mutants") return {};
  // What a random case finds is a fault of the code, and none of a version of Node.
  if (mode === "second-node") exclude.push(...randomSuites());
  return { projects: projectsOf(TESTS, exclude, () => true) };
}

/** Test files with a process each, those that share some, and those of the engine, which share others. */
function projectsOf(include: string[], exclude: string[], isShared: (path: string) => boolean) {
  const sharing = sharingSuites().filter(isShared);
  const engine = engineSuites().filter(isShared);
  return [
    project({ name: "apart", include, exclude: [...exclude, ...sharing, ...engine] }),
    project({ ...SHARING, include: sharing, exclude }),
    project({ ...SHARING, name: "engine", include: engine, exclude }),
  ];
}

// `vitest run` runs the quick tests. `vitest run --mode long` runs the long ones: files that end in
// .long.test.ts, the random suites with many more cases, and the suites of which the quick tests play a part.
// `vitest run --mode fuzz` runs the fuzzers, `--mode second-node` the quick tests that are not random.
export default defineConfig(({ mode }) => {
  const isLong = mode === "long";
  // Vitest reads this file again for each project, and does not tell it the mode.
  process.env.RUNS ||= `${isLong ? MORE_RUNS : 1}`;
  const runs = Number(process.env.RUNS);
  return {
    resolve: { conditions },
    ssr: { resolve: { conditions, externalConditions: conditions } },
    test: {
      sequence: { sequencer: SlowestFirst },
      env: { RUNS: `${runs}` },
      execArgv: QUIET,
      // A test that hangs fails. One that waits for its turn does not: of some files a hundred begin at once.
      testTimeout: 180_000 * Math.max(1, runs),
      hookTimeout: 60_000,
      maxWorkers: WORKERS,
      experimental: { fsModuleCache: true, fsModuleCachePath: ".cache/vitest-modules" },
      ...filesOf(mode),
    },
  };
});
