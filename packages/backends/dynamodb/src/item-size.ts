import type { AttributeValue } from "@aws-sdk/client-dynamodb";
import type { Item } from "./item.ts";

/** Most bytes of an item, its key and the names of its attributes included: 400 KB. */
export const MAX_ITEM_BYTES: number = 400 * 1024;

/**
 * An upper bound of an item's size in bytes, as DynamoDB counts it for its limit; exact but for numbers, which it
 * gives approximately (https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/CapacityUnitCalculations.html).
 */
export function itemBytes(item: Item): number {
  return Object.entries(item).reduce(
    (sum, [name, value]) => sum + Buffer.byteLength(name) + valueBytes(value),
    0,
  );
}

function valueBytes({ S, N, B, L }: AttributeValue): number {
  if (B !== undefined) return B.byteLength;
  if (S !== undefined) return Buffer.byteLength(S);
  // A byte for each two digits, one more, and one for digits that do not pair up.
  if (N !== undefined) return Math.ceil(N.length / 2) + 2;
  return (L ?? []).reduce((sum, element) => sum + 1 + valueBytes(element), 3);
}
