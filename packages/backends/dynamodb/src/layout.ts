import { createHash } from "node:crypto";
import type { QueryCommandInput } from "@aws-sdk/client-dynamodb";
import { checkOption } from "@hitbox/core";
import type { CheckedAttributes } from "./attribute-names.ts";
import type { Item } from "./item.ts";

/** Longest keys that DynamoDB takes, in UTF-8 bytes. */
const MAX_PARTITION_KEY_BYTES = 2_048;
const MAX_SORT_KEY_BYTES = 1_024;
/** Leaves half of a partition key, or more, to the key itself. */
const MAX_PREFIX_BYTES = 1_024;
const SEPARATOR = "::";

/**
 * The places of items.
 *
 * | | entry | part of one | lease of a key |
 * | --- | --- | --- | --- |
 * | partition key alone | `<prefix>::<key>` | `<prefix>:/<version>/<n>` | `<prefix>:!<hash>` |
 * | with a sort key | `<prefix>`, `<key>` | `<prefix>::/<version>/<n>`, `part` | `<prefix>::!<hash>`, `lease` |
 *
 * No prefix holds "::" or ends with ":", so no two of these meet, whatever prefixes and keys hold. Parts are
 * spread over the table: a partition takes no more than some two of them a second.
 */
export class Layout {
  readonly prefix: string;
  readonly maxKeyBytes: number;
  readonly #partitionKey: string;
  readonly #sortKey: string | undefined;
  /** The beginning of the partition keys of parts and leases, and of no entry's under any prefix. */
  readonly #beside: string;

  /** @throws TypeError for a prefix that is empty, malformed or too long, contains "::" or ends with ":". */
  constructor({ partitionKey, sortKey }: CheckedAttributes, prefix: string) {
    checkPrefix(prefix);
    this.prefix = prefix;
    this.#partitionKey = partitionKey;
    this.#sortKey = sortKey;
    this.#beside = prefix + (sortKey === undefined ? ":" : SEPARATOR);
    this.maxKeyBytes =
      sortKey === undefined
        ? MAX_PARTITION_KEY_BYTES - Buffer.byteLength(prefix + SEPARATOR)
        : MAX_SORT_KEY_BYTES;
  }

  entry(key: string): Item {
    return this.#sortKey === undefined
      ? this.#key(this.prefix + SEPARATOR + key, "")
      : this.#key(this.prefix, key);
  }

  part(version: string, index: number): Item {
    return this.#key(`${this.#beside}/${version}/${index}`, "part");
  }

  /** By the key's hash: the key itself may hold "::". */
  lease(key: string): Item {
    const hash = createHash("sha256").update(key).digest("base64url");
    return this.#key(`${this.#beside}!${hash}`, "lease");
  }

  /** The name of an attribute that every item has. */
  get partitionKey(): string {
    return this.#partitionKey;
  }

  /** The key of an item as one string: items of one table have equal ones if they are the same item. */
  idOf(item: Item): string {
    const partition = item[this.#partitionKey]?.S ?? "";
    return this.#sortKey === undefined
      ? partition
      : `${partition.length} ${partition}${item[this.#sortKey]?.S ?? ""}`;
  }

  /** The attributes of `item` that are its key. */
  keyOf(item: Item): Item {
    const names = [this.#partitionKey, this.#sortKey];
    return Object.fromEntries(Object.entries(item).filter(([name]) => names.includes(name)));
  }

  /**
   * The query for the keys of all entries, and those of their attributes that are named. Needs a sort key.
   */
  everyEntry(attributes: readonly string[]): EveryEntry {
    return {
      KeyConditionExpression: "#0 = :prefix",
      ExpressionAttributeValues: { ":prefix": { S: this.prefix } },
      ...this.projection(attributes),
    };
  }

  /**
   * The query for the entries whose keys begin with `start`; without a sort key the filter for a scan.
   */
  entriesFrom(start: string, attributes: readonly string[]): EntriesFrom {
    const { ExpressionAttributeNames, ProjectionExpression } = this.projection(attributes);
    const shared = { ExpressionAttributeNames, ProjectionExpression };
    const [prefix, key] = [{ S: this.prefix }, { S: start }];
    if (this.#sortKey === undefined) {
      const values = { ":start": { S: this.prefix + SEPARATOR + start } };
      const filter = "begins_with(#0, :start)";
      return { how: "scan", ...shared, FilterExpression: filter, ExpressionAttributeValues: values };
    }
    const [condition, values] =
      start === ""
        ? ["#0 = :prefix", { ":prefix": prefix }]
        : ["#0 = :prefix AND begins_with(#1, :start)", { ":prefix": prefix, ":start": key }];
    return { how: "query", ...shared, KeyConditionExpression: condition, ExpressionAttributeValues: values };
  }

  /** The key of an entry, from the item that it is in. */
  entryKeyOf(item: Item): string {
    return this.#sortKey === undefined
      ? (item[this.#partitionKey]?.S ?? "").slice(this.prefix.length + SEPARATOR.length)
      : (item[this.#sortKey]?.S ?? "");
  }

  /**
   * Has a read answer with the key of an item, and those of its attributes that are named. `#0` is the
   * partition key.
   */
  projection(attributes: readonly string[]): Projection {
    const sortKey = this.#sortKey === undefined ? [] : [this.#sortKey];
    const names = [this.#partitionKey, ...sortKey, ...attributes];
    return {
      // By number: a name may be one of DynamoDB's reserved words.
      ExpressionAttributeNames: Object.fromEntries(names.map((name, index) => [`#${index}`, name])),
      ProjectionExpression: names.map((_, index) => `#${index}`).join(", "),
    };
  }

  #key(partition: string, sort: string): Item {
    const key: Item = { [this.#partitionKey]: { S: partition } };
    if (this.#sortKey !== undefined) key[this.#sortKey] = { S: sort };
    return key;
  }
}

export interface Projection {
  readonly ExpressionAttributeNames: Record<string, string>;
  readonly ProjectionExpression: string;
}

type EntriesFrom = Projection &
  Required<Pick<QueryCommandInput, "ExpressionAttributeValues">> &
  (
    | { readonly how: "query"; readonly KeyConditionExpression: string }
    | { readonly how: "scan"; readonly FilterExpression: string }
  );

type EveryEntry = Projection &
  Required<Pick<QueryCommandInput, "KeyConditionExpression" | "ExpressionAttributeValues">>;

function checkPrefix(prefix: string): void {
  const isText = typeof prefix === "string" && prefix !== "" && prefix.isWellFormed();
  checkOption(isText, "prefix", prefix, "must be a string, not empty and well-formed");
  const ends = !prefix.includes(SEPARATOR) && !prefix.endsWith(":");
  checkOption(ends, "prefix", prefix, 'must not contain "::" nor end with ":"');
  const fits = Buffer.byteLength(prefix) <= MAX_PREFIX_BYTES;
  checkOption(fits, "prefix", prefix, `must have ${MAX_PREFIX_BYTES} bytes at most`);
}
