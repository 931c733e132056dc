import { compose } from "@hitbox/composition";
import { json } from "@hitbox/core";
import { memory } from "@hitbox/memory";
import { until } from "@hitbox/test-support";
import { switchable } from "@hitbox/wrappers";
import { expect, it } from "vitest";
import { get, open, openCache } from "./support/dashboards.ts";

it("processes share the lower store of a composition", async () => {
  const far = memory({ maxEntries: 100, format: json(), label: "far" });
  const over = () => compose(memory({ maxEntries: 100 }), far);
  const [one, other] = [open({ fleet: over() }), open({ fleet: over() })];
  const processesOf = async (page: typeof one) => (await get(page, "/api/state")).body.processes.length;
  await until(async () => (await processesOf(one)) === 2 && (await processesOf(other)) === 2);
});

it("dashboards over one store show each other's numbers, added up", async () => {
  const fleet = memory({ maxEntries: 100, format: json() });
  const [one, other] = [open({ fleet }), open({ fleet })];
  await openCache().get("none");
  const shown = async () => (await get(one, "/api/state")).body;
  await until(async () => (await shown()).processes.length === 2);
  await other.close();
  expect((await shown()).processes).toHaveLength(1);
  expect((await shown()).processes[0].requests).toBe(1);
});

it("a store that is away leaves the numbers of this process, and a reason", async () => {
  const fleet = switchable(memory({ maxEntries: 100, format: json() }));
  const page = open({ fleet });
  fleet.switchOff();
  const { body } = await get(page, "/api/state");
  expect(body.processes).toHaveLength(1);
  expect(body.fleetError).toBe("unavailable");
  fleet.switchOn();
  expect((await get(page, "/api/state")).body.fleetError).toBeUndefined();
});
