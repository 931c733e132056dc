import { defineConfig } from "vitest/config";

// Workspace packages resolve to their sources: no build is needed to run a test.
const conditions = ["source", "module", "node", "import", "default"];

export default defineConfig({
  resolve: { conditions },
  ssr: { resolve: { conditions, externalConditions: conditions } },
  test: {
    include: ["{packages,examples}/*/test/**/*.test.ts", "{benchmarks,tools}/test/**/*.test.ts"],
    testTimeout: 20_000,
  },
});
