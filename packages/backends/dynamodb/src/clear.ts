import { slices } from "@hitbox/core/tier";
import { allWritten } from "./all-written.ts";
import { Deadline } from "./deadline.ts";
import type { Item } from "./item.ts";
import type { Layout } from "./layout.ts";
import type { Parts } from "./parts.ts";
import { BATCH_WRITE, type Table } from "./table.ts";

/** Entries that are looked up, and removed, within one deadline. */
const PAGE = 250;

/**
 * Removes every entry of a prefix, in a table whose sort key lets them be queried. An entry written meanwhile may or may
 * not be removed. The query is charged for all that the entries hold, the removal for each of them.
 */
export async function clear(table: Table, layout: Layout, parts: Parts, timeout: number): Promise<void> {
  const query = { ...layout.everyEntry(["version", "parts"]), Limit: PAGE, ConsistentRead: true };
  let next: Item | undefined;
  do {
    next = await Deadline.run(timeout, async (deadline) => {
      const page = await table.query({ ...query, ExclusiveStartKey: next }, deadline);
      const items = page.Items ?? [];
      const requests = items.map((item) => ({ DeleteRequest: { Key: layout.keyOf(item) } }));
      const batches = slices(requests, BATCH_WRITE.max).map((some) => table.writeMany(some, deadline));
      await allWritten(batches, requests.length);
      await Promise.all(items.map((item) => parts.sweep(item, deadline)));
      return page.LastEvaluatedKey;
    });
  } while (next !== undefined);
}
