import { checkOption } from "@hitbox/core";

/** Names of the attributes that the table is made with. */
export interface TableAttributes {
  /** Partition key of the table, of type S. Default: `pk`. */
  readonly partitionKey?: string | undefined;
  /**
   * Sort key of the table, of type S. With one, all entries of a prefix are in one item collection, which `clear` can
   * query. Default: none.
   */
  readonly sortKey?: string | undefined;
  /** Attribute of type N, in epoch seconds, that the table's time to live is enabled on. Default: `ttl`. */
  readonly ttlAttribute?: string | undefined;
}

/** The names of `TableAttributes`, for lists of known options. */
export const TABLE_ATTRIBUTES: readonly string[] = ["partitionKey", "sortKey", "ttlAttribute"];

/** The attributes of an item besides its key and its TTL attribute. */
export const OWN_ATTRIBUTES: readonly string[] = [
  ...["payload", "format", "compressor", "decodedBytes", "createdAt", "staleAt", "expiresAt", "tags"],
  ...["loadMs", "version", "parts", "payloadBytes", "fenceEnds", "fence", "leasedUntil"],
];

/** The names, checked and with defaults. */
export interface CheckedAttributes {
  readonly partitionKey: string;
  readonly sortKey: string | undefined;
  readonly ttlAttribute: string;
}

/** @throws TypeError for a name that DynamoDB does not take, or that two attributes would have. */
export function checkAttributes(options: TableAttributes): CheckedAttributes {
  const { partitionKey = "pk", sortKey, ttlAttribute = "ttl" } = options;
  const names = { partitionKey, ttlAttribute, ...(sortKey === undefined ? {} : { sortKey }) };
  const taken = new Set(OWN_ATTRIBUTES);
  for (const [option, name] of Object.entries(names)) {
    const isName = typeof name === "string" && name !== "" && Buffer.byteLength(name) <= 255;
    checkOption(isName, option, name, "must be a string of 1 to 255 bytes");
    checkOption(!taken.has(name), option, name, "is the name of another attribute");
    taken.add(name);
  }
  return { partitionKey, sortKey, ttlAttribute };
}

/** @throws TypeError for what is no name of a table. */
export function checkTable(table: string): string {
  const ok = typeof table === "string" && /^[\w.-]{3,255}$/.test(table);
  checkOption(ok, "table", table, "must be the name of a table: 3 to 255 characters of A-Z a-z 0-9 _ . -");
  return table;
}
