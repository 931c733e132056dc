import { afterAll, describe, expect, it } from "vitest";
import { FAILOVERS } from "./failovers.ts";
import { ONE_SERVER } from "./one-server.ts";
import { type First, type Row, survive } from "./outage.ts";
import { writeTable } from "./table.ts";

/** One test for each outage, and a table of them all. */
export function testOutages(title: string, first: First): void {
  const rows: Row[] = [];
  afterAll(() => writeTable(first, rows));
  describe(title, () => {
    const outages = [...ONE_SERVER, ...FAILOVERS].map((outage) => [outage.name, outage] as const);
    it.each(outages)("%s", { timeout: 30_000 }, async (_, outage) => {
      const row = await survive(outage, first);
      rows.push(row);
      expect(row.during.tried).toBeGreaterThan(1_000);
    });
  });
}
