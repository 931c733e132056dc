import { fileURLToPath } from "node:url";
import { startRedis } from "@hitbox/test-servers";
import { build, type Program, runProgram, until } from "@hitbox/test-support";
import { beforeAll, expect, it, onTestFinished } from "vitest";

const ROOT = fileURLToPath(new URL("../../../..", import.meta.url));
const PACKAGES = ["core", "cache", "composition", "backends/memory", "backends/redis"];

beforeAll(() => build(...PACKAGES, "observability/recorder", "observability/dashboard"), 300_000);

/** A process with a dashboard, which makes as many calls as its argument says. */
const PROCESS = `
import { createCache } from "@hitbox/cache";
import { serveDashboard } from "@hitbox/dashboard";
import { memory } from "@hitbox/memory";
import { redis } from "@hitbox/redis";
const [url, calls] = process.argv.slice(1);
const cache = createCache({ backend: memory({ maxEntries: 100 }), ttl: "5m" });
const served = await serveDashboard({ caches: { cache }, fleet: redis({ url }) });
for (let call = 0; call < Number(calls); call++) await cache.getOrSet("rates", async () => 1);
console.log(served.url);
`;

function start(url: string, calls: number): Program {
  return runProgram(["--input-type=module", "-e", PROCESS, url, String(calls)], { cwd: ROOT });
}

async function stateOf({ stdout }: Program): Promise<State> {
  await until(() => stdout().endsWith("/\n"));
  return (await fetch(`${stdout().trim()}api/state`)).json() as Promise<State>;
}

interface State {
  readonly processes: readonly { readonly pid: number; readonly requests: number }[];
  readonly hot: readonly { readonly key: string; readonly count: number }[];
}

it("processes over one Redis are added up, and one that has ended is forgotten", async () => {
  const redis = await startRedis();
  onTestFinished(() => redis.close());
  const processes = [3, 5, 7].map((calls) => start(redis.url, calls));
  const [first, second] = processes as [Program, Program];
  const pids = processes.map(({ child }) => child.pid);
  // A process tells its calls with its next snapshot.
  await until(async () => {
    const states = await Promise.all(processes.map(stateOf));
    return states.every(({ hot }) => hot[0]?.key === "rates" && hot[0].count === 12);
  });
  const { processes: told } = await stateOf(first);
  expect(told.map(({ pid }) => pid).sort()).toEqual([...pids].sort());
  expect(told.reduce((sum, { requests }) => sum + requests, 0)).toBe(15);
  second.child.kill("SIGKILL");
  await until(async () => (await stateOf(first)).processes.length === 2, 60_000);
}, 120_000);
