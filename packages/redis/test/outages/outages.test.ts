import { afterAll, describe, expect, it } from "vitest";
import { FAILOVERS } from "./failovers.ts";
import { ONE_SERVER } from "./one-server.ts";
import { type Row, survive } from "./outage.ts";
import { writeTable } from "./table.ts";

const rows: Row[] = [];
afterAll(() => writeTable(rows));

describe("a service over memory and Redis goes on, in time, and is back soon", () => {
  const outages = [...ONE_SERVER, ...FAILOVERS].map((outage) => [outage.name, outage] as const);
  it.each(outages)("%s", { timeout: 30_000 }, async (_, outage) => {
    const row = await survive(outage);
    rows.push(row);
    expect(row.during.tried).toBeGreaterThan(1_000);
  });
});
