import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { ROOT } from "../pnpm.mjs";
import { mutantsOf } from "./operators.mjs";

const CACHE_SUITE = "packages/cache/test/interleavings.test.ts";
/** Tests that start processes of their own run built code, and see no mutant. */
const CACHE_PROCESSES = ["processes", "cost-of-a-hit", "real-tiers", "fleet.long", "redis-memory"];
const COMPOSITION_SUITES = [
  "packages/composition/test/interleavings.test.ts",
  "packages/composition/test/coherent-interleavings.test.ts",
  "packages/composition/test/wrapped-interleavings.test.ts",
];
const COMPOSITION_OTHERS = {
  tests: ["packages/composition/test"],
  except: [...COMPOSITION_SUITES, "real-tiers", "process-end.test", "/conformance.test"],
};
/** The core's tests of operations and of their order; its other tests read bytes. */
const CORE_TESTS = [
  "batching",
  "delegate-to",
  "diagnostics",
  "ended-writes",
  "keyed-queue",
  "lease",
  "lifecycle",
  "order-over-a-pool",
  "typed-operations",
  "waiting-writes",
  "write-order",
].map((name) => `packages/core/test/${name}`);
const REDIS_COHERENCE = "packages/backends/redis/test/coherence";
const REDIS_QUICK = [
  ...["bus-link", "bus-publisher", "bus-senders", "bus-server", "publish-proof", "resubscription"],
  ...["throwing-listeners", "tracking-link", "tracking.test"],
];
/** Tests of Redis that take minutes, or that start processes. */
const REDIS_FLEETS = ["first-tiers", "fleet", "sentinel", "bus-owner", "bus-cluster"];

/**
 * The concurrent code, by package, and the tests that have to notice a change in it. The random interleavings
 * come first, then the other tests: the first that fails has noticed the mutant. Sources are files or
 * folders.
 */
export const TARGETS = [
  {
    name: "core",
    sources: [
      "packages/core/src/keyed-queue.ts",
      "packages/core/src/pipeline/read-batcher.ts",
      "packages/core/src/pipeline/typed-writes.ts",
      "packages/core/src/pipeline/waiting-write.ts",
      "packages/core/src/pipeline/write-queue.ts",
    ],
    groups: [{ tests: CORE_TESTS }, { tests: COMPOSITION_SUITES }, COMPOSITION_OTHERS],
  },
  {
    name: "composition",
    sources: [
      "packages/composition/src/batch",
      "packages/composition/src/coherence.ts",
      "packages/composition/src/composition.ts",
      "packages/composition/src/delete",
      "packages/composition/src/order",
      "packages/composition/src/read",
      "packages/composition/src/refill",
      "packages/composition/src/write",
    ],
    groups: [{ tests: COMPOSITION_SUITES }, COMPOSITION_OTHERS],
  },
  {
    name: "cache",
    sources: [
      "packages/cache/src/close",
      "packages/cache/src/keys/key-state.ts",
      "packages/cache/src/keys/key-states.ts",
      "packages/cache/src/load",
      "packages/cache/src/read/reads.ts",
      "packages/cache/src/tags",
      "packages/cache/src/write",
    ],
    groups: [
      { tests: [CACHE_SUITE] },
      { tests: ["packages/cache/test"], except: [CACHE_SUITE, ...CACHE_PROCESSES] },
    ],
  },
  {
    name: "redis",
    sources: ["packages/backends/redis/src/coherence"],
    groups: [
      { tests: [REDIS_COHERENCE, "packages/backends/redis/test/options"], except: [".long.test"] },
      { tests: [REDIS_COHERENCE], except: [...REDIS_FLEETS, ...REDIS_QUICK] },
    ],
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

/** The mutants of a target's files, each with its `file`. */
export function allMutants(target) {
  return sourcesOf(target).flatMap((file) =>
    mutantsOf(readFileSync(join(ROOT, file), "utf8")).map((mutant) => ({ file, ...mutant })),
  );
}
