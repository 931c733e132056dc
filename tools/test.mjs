import { parseArgs } from "node:util";
import { pnpm } from "./pnpm.mjs";
import { java } from "./steps/java.mjs";
import { nutcracker } from "./steps/nutcracker.mjs";
import { redisServer } from "./steps/redis-server.mjs";
import { StepFailed, step } from "./steps/step.mjs";
import { vitest } from "./steps/vitest.mjs";

// `npm test`: sets everything up and runs every check, on a fresh clone with nothing but Node and npm. `node
// tools/test.mjs --unit`: only the packages' own tests (unit, integration and conformance), for a second
// Node; without those that take a minute or more, and are about servers and orders of events rather than
// about Node.

const LONG = [
  "packages/backends/redis/test/outages/**",
  "packages/backends/redis/test/{reconnects,cluster,cluster-outage,own-client,own-topologies,topology-harness}.test.ts",
  "packages/backends/redis/test/coherence/**",
  "packages/{composition,cache}/test/*interleavings.test.ts",
  "packages/backends/dynamodb/test/{batches,deadline,item-size,parts}.test.ts",
];

const { values: flags } = parseArgs({ options: { unit: { type: "boolean", default: false } } });
const total = { passed: 0, failed: 0, skipped: 0 };
const failures = [];
const environment = {};

const install = () => pnpm(["install", "--frozen-lockfile"], { output: "captured" });
const tool = (...command) => pnpm(["exec", ...command], { output: "captured" });

async function redis() {
  const { path, source } = await redisServer();
  environment.REDIS_SERVER = path;
  return { status: 0, note: source };
}

async function proxy() {
  const { path, source } = await nutcracker();
  if (path !== undefined) environment.NUTCRACKER = path;
  return { status: 0, note: source };
}

async function javaRuntime() {
  const { path, source } = await java();
  environment.JAVA = path;
  return { status: 0, note: source };
}

async function types() {
  const sources = await tool("tsc", "-b");
  return sources.status === 0 ? tool("tsc", "-p", "tsconfig.tests.json") : sources;
}

async function tests(filters) {
  const run = await vitest(filters, environment);
  for (const [name, count] of Object.entries(run.counts)) total[name] += count;
  failures.push(...run.failures);
  return { status: run.status };
}

async function packagesOnly() {
  await step("install", install);
  await step("redis-server", redis);
  await step("nutcracker", proxy);
  await step("java", javaRuntime);
  await step("vitest", () => tests(["packages/", ...LONG.map((files) => `--exclude=${files}`)]));
}

async function everything() {
  await step("install", install);
  await step("redis-server", redis);
  await step("nutcracker", proxy);
  await step("java", javaRuntime);
  await step("lint", () => tool("biome", "check", "--error-on-warnings", "."));
  await step("sources", () => tool(process.execPath, "tools/check-sources.mjs"));
  await step("types", types);
  await step("build", () => tool("turbo", "run", "build"));
  await step("steps of an operation", () => tool(process.execPath, "tools/count-steps.mjs"));
  await step("vitest", () => tests([]));
  await step("packages", () => tool(process.execPath, "tools/check-packages.mjs"));
}

console.log(`Node ${process.version}`);
try {
  await (flags.unit ? packagesOnly() : everything());
} catch (error) {
  if (!(error instanceof StepFailed)) console.error(error);
  // A run that ended early must not look like one in which nothing failed.
  total.failed = Math.max(total.failed, 1);
}
if (total.skipped > 0)
  console.log("Skipped tests fail the run: what is not tested must not look as if it were.");
for (const failure of failures) console.log(`failed: ${failure}`);
process.exitCode = total.failed + total.skipped === 0 ? 0 : 1;
console.log(`tests: ${total.passed} passed, ${total.failed} failed, ${total.skipped} skipped`);
