import { pnpm } from "../pnpm.mjs";
import { java } from "./java.mjs";
import { memcached } from "./memcached.mjs";
import { nutcracker } from "./nutcracker.mjs";
import { redisServer } from "./redis-server.mjs";
import { step } from "./step.mjs";

/** Installs what the tests need, and resolves with the environment that tells them where it is. */
export async function prepare() {
  const environment = {};
  const found = (name, find) => async () => {
    const { path, source } = await find();
    if (path !== undefined) environment[name] = path;
    return { status: 0, note: source };
  };
  await step("install", () => pnpm(["install", "--frozen-lockfile"], { output: "captured" }));
  await step("redis-server", found("REDIS_SERVER", redisServer));
  await step("memcached", found("MEMCACHED", memcached));
  await step("nutcracker", found("NUTCRACKER", nutcracker));
  await step("java", found("JAVA", java));
  return environment;
}
