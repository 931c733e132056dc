import { pnpm } from "../pnpm.mjs";
import { chromium } from "./chromium.mjs";
import { java } from "./java.mjs";
import { nutcracker } from "./nutcracker.mjs";
import { redisServer } from "./redis-server.mjs";
import { step } from "./step.mjs";

/**
 * Installs what the tests need, and resolves with the environment that tells them where it is. The long tests
 * need a browser, too.
 */
export async function prepare(tests = "quick") {
  const environment = {};
  const found = (name, find) => async () => {
    const { path, source } = await find();
    if (path !== undefined) environment[name] = path;
    return { status: 0, note: source };
  };
  await step("install", () => pnpm(["install", "--frozen-lockfile"], { output: "captured" }));
  await step("redis-server", found("REDIS_SERVER", redisServer));
  await step("nutcracker", found("NUTCRACKER", nutcracker));
  await step("java", found("JAVA", java));
  if (tests === "long") await step("chromium", found("CHROMIUM", chromium));
  return environment;
}
