import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { expect, onTestFinished, test, vi } from "vitest";
import { OBSERVABILITY, openPrometheus, PROMETHEUS } from "./support/prometheus.ts";
import { get, openService } from "./support/service.ts";

const run = promisify(execFile);
const PATIENCE = { timeout: 30_000, interval: 500 };

interface Dashboard {
  readonly panels: readonly {
    readonly title: string;
    readonly targets: readonly { readonly expr: string }[];
  }[];
}

/** As Grafana asks, for all jobs. Its own interval depends on the panel. */
async function dashboardQueries(): Promise<readonly (readonly [panel: string, query: string])[]> {
  const text = await readFile(join(OBSERVABILITY, "grafana-dashboard.json"), "utf8");
  const { panels } = JSON.parse(text) as Dashboard;
  const asked = (expr: string): string => expr.replaceAll("$__rate_interval", "1m").replaceAll("$job", ".*");
  return panels.flatMap(({ title, targets }) => targets.map(({ expr }) => [title, asked(expr)] as const));
}

/** Asks for new places, and for old ones of which memory holds a part, until the test ends. */
function drive(origin: string): void {
  let isOver = false;
  const driven = (async () => {
    for (let step = 0; !isOver; step++)
      await get(origin, `/nearest?lat=${step % 60}&lon=${Math.floor(step / 120) / 1_000}&n=1`);
  })();
  onTestFinished(async () => {
    isOver = true;
    await driven;
  });
}

test("every query of the dashboard and every rule gives data of a service under load", async () => {
  const service = await openService({ memoryEntries: 20 });
  const server = await openPrometheus(service.origin);
  drive(service.origin);
  for (const [panel, query] of await dashboardQueries())
    await vi.waitFor(async () => {
      const numbers = (await server.query(query)).map(({ value }) => Number(value[1]));
      expect(numbers.filter(Number.isFinite), `${panel}: ${query}`).not.toEqual([]);
    }, PATIENCE);
  const rules = await server.rules();
  expect(rules.length).toBeGreaterThanOrEqual(7);
  expect(rules.filter(({ health }) => health !== "ok")).toEqual([]);
  for (const { name } of rules.filter(({ type }) => type === "recording"))
    await vi.waitFor(async () => expect(await server.query(name), name).not.toEqual([]), PATIENCE);
  const [ratio] = await server.query("hitbox:hit_ratio:rate5m");
  expect(ratio?.metric.cache).toBe("cities");
}, 180_000);

test("promtool accepts the rules, and each alert fires for its cause", async () => {
  const beside = dirname(PROMETHEUS);
  const promtool = beside === "." ? "promtool" : join(beside, "promtool");
  const check = (...args: readonly string[]) => run(promtool, args, { cwd: OBSERVABILITY });
  expect((await check("check", "rules", "alerts.yml")).stdout).toContain("7 rules found");
  expect((await check("check", "config", "prometheus.yml")).stdout).toContain("SUCCESS");
  expect((await check("test", "rules", "alerts.test.yml")).stdout).toContain("SUCCESS");
});
