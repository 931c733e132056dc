import { execFileSync } from "node:child_process";
import { ROOT } from "../pnpm.mjs";

const CACHE_SUITE = "packages/cache/test/interleavings.test.ts";
/** Tests that start processes of their own run built code, and see no mutant. */
const CACHE_PROCESSES = ["processes.test", "cost-of-a-hit.test", "real-tiers.test"];
const COMPOSITION_SUITES = [
  "packages/composition/test/interleavings.test.ts",
  "packages/composition/test/coherent-interleavings.test.ts",
  "packages/composition/test/wrapped-interleavings.test.ts",
];
const COMPOSITION_SERVERS = ["real-tiers.test", "process-end.test"];

/**
 * The concurrent code, by package, and the tests that have to notice a change in it. The random interleavings
 * come first, then the other tests: the first that fails has noticed the mutant. Sources are files or
 * folders.
 */
export const TARGETS = [
  {
    name: "core",
    sources: ["packages/core/src/keyed-queue.ts", "packages/core/src/pipeline", "packages/core/src/tier"],
    groups: [
      { tests: ["packages/core/test"] },
      { tests: COMPOSITION_SUITES },
      { tests: ["packages/composition/test"], except: [...COMPOSITION_SUITES, ...COMPOSITION_SERVERS] },
    ],
  },
  {
    name: "composition",
    sources: ["packages/composition/src"],
    groups: [
      { tests: COMPOSITION_SUITES },
      { tests: ["packages/composition/test"], except: [...COMPOSITION_SUITES, ...COMPOSITION_SERVERS] },
    ],
  },
  {
    name: "cache",
    sources: ["packages/cache/src"],
    groups: [
      { tests: [CACHE_SUITE] },
      { tests: ["packages/cache/test"], except: [CACHE_SUITE, ...CACHE_PROCESSES] },
    ],
  },
  {
    name: "redis",
    sources: ["packages/backends/redis/src/coherence"],
    groups: [{ tests: ["packages/backends/redis/test/coherence"] }],
  },
];

/** The files of a target. A source that matches none has moved. */
export function sourcesOf({ sources }) {
  return sources.flatMap((source) => {
    const found = execFileSync("git", ["ls-files", source], { cwd: ROOT, encoding: "utf8" }).split("\n");
    const files = found.filter((file) => file.endsWith(".ts"));
    if (files.length === 0) throw new Error(`tools/mutants/targets.mjs: there is no ${source}`);
    return files;
  });
}
