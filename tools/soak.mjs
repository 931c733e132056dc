import { pnpm } from "./pnpm.mjs";
import { redisServer } from "./steps/redis-server.mjs";
import { StepFailed, step } from "./steps/step.mjs";

// `npm run soak -- --minutes 10`: runs the cache over a failing Redis and fails if its heap grows.

const PROGRAM = "benchmarks/dist/soak/main.js";
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
  const command = ["exec", process.execPath, "--expose-gc", PROGRAM, ...process.argv.slice(2)];
  await step("soak", () => pnpm(command, { environment }));
} catch (error) {
  if (!(error instanceof StepFailed)) throw error;
  process.exitCode = 1;
}
