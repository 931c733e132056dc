import { pnpm } from "./pnpm.mjs";
import { java } from "./steps/java.mjs";
import { mariadb } from "./steps/mariadb.mjs";
import { memcached } from "./steps/memcached.mjs";
import { postgres } from "./steps/postgres.mjs";
import { radosgw } from "./steps/radosgw.mjs";
import { redisServer } from "./steps/redis-server.mjs";
import { StepFailed, step } from "./steps/step.mjs";

// `npm run bench`: sets everything up, measures, prints a table, and writes benchmarks/results/latest.json
// and docs/how-it-works/benchmarks.md.

const PROGRAM = "benchmarks/dist/main.js";
const captured = { output: "captured" };
const environment = {};

try {
  await step("install", () => pnpm(["install", "--frozen-lockfile"], captured));
  await step("build", () => pnpm(["exec", "turbo", "run", "build", "--filter=@hitbox/benchmarks"], captured));
  await step("redis-server", async () => {
    const { path, source } = await redisServer();
    environment.REDIS_SERVER = path;
    return { status: 0, note: source };
  });
  await step("memcached", async () => {
    const { path, source } = await memcached();
    environment.MEMCACHED = path;
    return { status: 0, note: source };
  });
  await step("postgres", async () => {
    const { path, source } = await postgres();
    environment.POSTGRES = path;
    return { status: 0, note: source };
  });
  await step("mariadb", async () => {
    const { path, source } = await mariadb();
    environment.MARIADB = path;
    return { status: 0, note: source };
  });
  await step("radosgw", async () => {
    const { path, source } = await radosgw();
    environment.RADOSGW = path;
    return { status: 0, note: source };
  });
  await step("java", async () => {
    const { path, source } = await java();
    environment.JAVA = path;
    return { status: 0, note: source };
  });
  await step("bench", () => pnpm(["exec", process.execPath, PROGRAM], { environment }));
  await import("./bench-page.mjs");
} catch (error) {
  if (!(error instanceof StepFailed)) throw error;
  process.exitCode = 1;
}
