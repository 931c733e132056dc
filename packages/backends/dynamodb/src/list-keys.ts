import type { KeyListing, KeyPage } from "@hitbox/core";
import type { Deadline } from "./deadline.ts";
import { type Item, isEntry } from "./item.ts";
import type { Layout } from "./layout.ts";
import type { Table } from "./table.ts";

export interface ListSettings {
  readonly table: Table;
  readonly layout: Layout;
  readonly now: () => number;
}

/**
 * One page of the keys of entries. With a sort key it is queried, and charged for the entries of the page,
 * payloads included. Without, the table is scanned: all pages together are charged for everything in it.
 */
export async function listKeys(
  { table, layout, now }: ListSettings,
  { prefix, cursor, limit, leased }: KeyListing,
  deadline: Deadline,
): Promise<KeyPage> {
  const { how, ...input } = layout.entriesFrom(prefix, ["expiresAt", "fenceEnds"]);
  const start = cursor === undefined ? undefined : (JSON.parse(cursor) as Item);
  const request = { ...input, Limit: limit, ConsistentRead: true, ExclusiveStartKey: start };
  const { Items = [], LastEvaluatedKey: last } =
    how === "query" ? await table.query(request, deadline) : await table.scan(request, deadline);
  const isLive = (item: Item): boolean =>
    isEntry(item) && !(Number(item.expiresAt?.N ?? "Infinity") <= now());
  const listed = leased ? Items : Items.filter(isLive);
  return { keys: listed.map((item) => layout.entryKeyOf(item)), cursor: last && JSON.stringify(last) };
}
