import { afterAll, describe, expect, it } from "vitest";
import { FAILOVERS } from "./failovers.ts";
import { ONE_SERVER } from "./one-server.ts";
import { type Row, survive } from "./outage.ts";
import { writeTable } from "./table.ts";

const rows: Row[] = [];
afterAll(() => writeTable(rows));

describe("a service over memory and Redis goes on, in time, and is back soon", () => {
  it.each([...ONE_SERVER, ...FAILOVERS])("$name", { timeout: 30_000 }, async (outage) => {
    const row = await survive(outage);
    rows.push(row);
    expect(row.during.tried).toBeGreaterThan(1_000);
  });
});
