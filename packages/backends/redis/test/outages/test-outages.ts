import { afterAll, describe, expect, it } from "vitest";
import { CONNECTS, type Library } from "./connect.ts";
import { FAILOVERS, OF_NODE_REDIS } from "./failovers.ts";
import { IS_WRITING } from "./is-writing.ts";
import { ONE_SERVER } from "./one-server.ts";
import { type First, type Row, survive } from "./outage.ts";
import { writeTable } from "./table.ts";

/** One test for each outage, and a table of them all. */
export function testOutages(title: string, first: First, library: Library): void {
  const rows: Row[] = [];
  const failovers = library === "ioredis" ? FAILOVERS : OF_NODE_REDIS;
  const outages = [...ONE_SERVER, ...failovers].map((outage) => [outage.name, outage] as const);
  const names = outages.map(([name]) => name);
  afterAll(() => writeTable(first, library, names, rows));
  describe(title, () => {
    it.each(outages)("%s", { timeout: 120_000, retry: IS_WRITING ? 2 : 0 }, async (_, outage) => {
      const row = await survive(outage, first, CONNECTS[library]);
      rows.push(row);
      expect(row.during.tried).toBeGreaterThan(300);
    });
  });
}
