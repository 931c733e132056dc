import { afterAll, describe, expect, it } from "vitest";
import { CONNECTS, type Library } from "./connect.ts";
import { FAILOVERS, OF_NODE_REDIS } from "./failovers.ts";
import { ONE_SERVER } from "./one-server.ts";
import { type First, type Row, survive } from "./outage.ts";
import { writeTable } from "./table.ts";

/** One test for each outage, and a table of them all. */
export function testOutages(title: string, first: First, library: Library): void {
  const rows: Row[] = [];
  afterAll(() => writeTable(first, library, rows));
  describe(title, () => {
    const failovers = library === "ioredis" ? FAILOVERS : OF_NODE_REDIS;
    const outages = [...ONE_SERVER, ...failovers].map((outage) => [outage.name, outage] as const);
    it.each(outages)("%s", { timeout: 30_000 }, async (_, outage) => {
      const row = await survive(outage, first, CONNECTS[library]);
      rows.push(row);
      expect(row.during.tried).toBeGreaterThan(1_000);
    });
  });
}
