import { availableParallelism } from "node:os";
import { defineConfig } from "vitest/config";

// Workspace packages resolve to their sources: no build is needed to run a test. Vite adds "import" and
// "require" itself; named here, they would reach Node as its own, which then gives a require what is made for
// an import.
const conditions = ["source", "node"];

export default defineConfig({
  resolve: { conditions },
  ssr: { resolve: { conditions, externalConditions: conditions } },
  test: {
    include: [
      "packages/{*,*/*}/test/**/*.test.ts",
      "examples/*/test/**/*.test.ts",
      "{benchmarks,tools}/test/**/*.test.ts",
    ],
    // A test that hangs fails; one that waits for its turn on a busy machine does not. RUNS multiplies random
    // cases.
    testTimeout: 60_000 * Math.max(1, Number(process.env.RUNS || 1)),
    // Many tests wait for servers more than they compute: on two cores one worker would leave one idle.
    maxWorkers: Math.max(2, availableParallelism() - 1),
  },
});
