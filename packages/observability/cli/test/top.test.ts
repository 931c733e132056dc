import { createCache } from "@hitbox/cache";
import { serveDashboard } from "@hitbox/dashboard";
import { memory } from "@hitbox/memory";
import { freePort } from "@hitbox/test-servers";
import { expect, it, onTestFinished } from "vitest";
import { summaryText } from "../src/commands/summary-text.ts";
import { runInProcess } from "./support/run-in-process.ts";

/** A service with a dashboard, of which `hot` is hit most, and `missed` loaded most. */
async function service(authorize?: (request: Request) => boolean) {
  const cache = createCache({ backend: memory({ maxEntries: 100 }), ttl: "1h" });
  const served = await serveDashboard({ caches: { cache }, ...(authorize && { authorize }) });
  onTestFinished(async () => {
    await served.close();
    await cache.close();
  });
  const call = async (): Promise<void> => {
    await cache.getOrSet("hot", () => 1);
    await cache.getOrSet("missed", () => 1, { ttl: 0 });
  };
  return { url: served.url, call };
}

it("prints what happened between two readings: ratios, tiers, and keys by hits and loads", async () => {
  const { url, call } = await service();
  await call();
  const running = runInProcess(["top", url, "--once", "--interval", "1", "--json"], { whileItWaits: call });
  const { code, stdout } = await running;
  expect(code).toBe(0);
  const { hot, missed, processes, seconds, tiers } = JSON.parse(stdout);
  expect(processes).toBe(1);
  expect(seconds).toBeGreaterThan(0.9);
  expect(tiers[0].tier).toBe("memory");
  expect(hot[0].key).toBe("hot");
  expect(missed[0].key).toBe("missed");
});

it("lays the numbers out for a terminal", async () => {
  const { url, call } = await service();
  const { stdout } = await runInProcess(["top", url, "--once", "--interval", "1", "--text"], {
    whileItWaits: async () => {
      for (let times = 0; times < 3; times++) await call();
    },
  });
  expect(stdout).toMatch(/PROCESSES +REQUESTS\/S +HIT RATIO +LOADS\/S +FAILED +SPARED/);
  expect(stdout).toMatch(/TIER +READS\/S/);
  expect(stdout).toMatch(/HITS +KEY\n2 +hot/);
});

it("shows a time within the first bucket by the bound of the bucket", () => {
  const tier = { tier: "memory", readsPerSecond: 1, writesPerSecond: 0, hitRatio: 1, errors: 0 };
  const numbers = { at: 0, seconds: 1, processes: 1, requestsPerSecond: 1, loadsPerSecond: 0, hitRatio: 1 };
  const tiers = [{ ...tier, readP50: 0.000_05, readP99: 0.000_3, ageP50: 1, ageP99: 2 }];
  const summary = { ...numbers, failedLoads: 0, spared: 0, tiers, hot: [], missed: [] };
  expect(summaryText(summary, [0.0001, 0.0005])).toMatch(/memory +1 +100.0 % +≤ 100 µs +300 µs/);
});

it("asks with a header where the dashboard wants one, and says what it answered without", async () => {
  const { url } = await service(({ headers }) => headers.get("authorization") === "Bearer secret");
  const refused = await runInProcess(["top", url, "--once"]);
  expect(refused.code).toBe(4);
  expect(refused.stderr).toContain("403");
  const args = ["top", url, "--once", "--interval", "1", "--header", "authorization: Bearer secret"];
  expect((await runInProcess(args)).code).toBe(0);
  const env = { HITBOX_HEADER: "authorization: Bearer secret" };
  expect((await runInProcess(args.slice(0, -2), { env })).code).toBe(0);
});

it.each([
  ["http://127.0.0.1:PORT", 3, "ECONNREFUSED"],
  ["http://user:secret@127.0.0.1:PORT", 2, "--header"],
  ["http://[", 2, "http://HOST:PORT/PATH"],
])("ends for %s with exit code %i, and shows no credentials", async (address, code, why) => {
  const ended = await runInProcess(["top", address.replace("PORT", `${await freePort()}`), "--once"]);
  expect(ended.code).toBe(code);
  expect(ended.stderr).toContain(why);
  expect(ended.stderr).not.toContain("secret");
});

it("says of another server that it serves no dashboard", async () => {
  const { createServer } = await import("node:http");
  const server = createServer((_, response) => response.end("{}")).listen(0, "127.0.0.1");
  await new Promise((resolve) => server.once("listening", resolve));
  onTestFinished(() => void server.close());
  const { port } = server.address() as { port: number };
  const { code, stderr } = await runInProcess(["top", `127.0.0.1:${port}`, "--once"]);
  expect([code, stderr]).toEqual([4, expect.stringContaining("no dashboard is there")]);
});
