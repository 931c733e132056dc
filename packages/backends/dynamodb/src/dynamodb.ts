import {
  ADAPTER_OPTIONS,
  type AdapterOptions,
  adapterParts,
  type Backend,
  checkFunction,
  checkKnown,
  checkMilliseconds,
  checkOption,
  systemClock,
  typedJson,
} from "@hitbox/core";
import { wholeClock } from "@hitbox/core/tier";
import { checkAttributes, checkTable, TABLE_ATTRIBUTES, type TableAttributes } from "./attribute-names.ts";
import { DynamoDbBackend } from "./dynamodb-backend.ts";
import { Layout } from "./layout.ts";
import { Parts } from "./parts.ts";
import { type DynamoDbClient, Table } from "./table.ts";

export interface DynamoDbOptions extends AdapterOptions, TableAttributes {
  /** A `DynamoDBClient` of `@aws-sdk/client-dynamodb`. The backend never closes or reconfigures it. */
  readonly client: DynamoDbClient;
  /** Name of an existing table: see `createTable`. */
  readonly table: string;
  /** Keeps entries of one table apart. No "::" in it, no ":" at its end, 1,024 bytes at most. Default: "hitbox". */
  readonly prefix?: string | undefined;
  /**
   * True: reads see every write that was answered before. False: a read costs half, and may return a value
   * that was replaced within the last second or so. Default: true.
   */
  readonly consistentRead?: boolean | undefined;
  /** True: a payload that one item cannot hold is split over several, up to 37.5 MiB. Default: false. */
  readonly chunking?: boolean | undefined;
  /**
   * Deadline of every operation, in milliseconds: it has answered or failed by then. `clear` has the deadline
   * anew for every 250 entries. Default: 2,000.
   */
  readonly timeout?: number | undefined;
  /**
   * Epoch milliseconds, to recognise an expired entry that DynamoDB has not removed yet. Default: `Date.now`.
   */
  readonly now?: (() => number) | undefined;
}

const KNOWN = [
  ...[...ADAPTER_OPTIONS, ...TABLE_ATTRIBUTES],
  ...["client", "table", "prefix", "consistentRead", "chunking", "timeout", "now"],
];

/**
 * Stores entries in a DynamoDB table: an item for each entry, expired by the table's time to live. Operations
 * settle within `timeout`, which bounds the SDK's retries too.
 *
 * @throws TypeError for an option that is unknown or wrong.
 * @example
 * import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
 * const tier = dynamodb({ client: new DynamoDBClient(), table: "cache", prefix: "shop" });
 */
export function dynamodb(options: DynamoDbOptions): Backend {
  checkKnown("dynamodb", options, KNOWN, "{ client, table }");
  const { client, prefix = "hitbox", consistentRead = true, chunking = false, timeout = 2_000 } = options;
  const { now = systemClock } = options;
  checkClient(client);
  checkBoolean("consistentRead", consistentRead);
  checkBoolean("chunking", chunking);
  checkMilliseconds("timeout", timeout, 1, 2 ** 31 - 1);
  checkFunction("now", now);
  const attributes = checkAttributes(options);
  const { ttlAttribute, sortKey } = attributes;
  const layout = new Layout(attributes, prefix);
  const table = new Table(client, checkTable(options.table), (item) => layout.keyOf(item));
  return new DynamoDbBackend({
    adapter: adapterParts(options, { label: "dynamodb", format: typedJson(), stores: "bytes" }),
    table,
    layout,
    parts: new Parts(table, layout, ttlAttribute, timeout),
    consistency: consistentRead ? "strong" : "eventual",
    ttlAttribute,
    chunking,
    canQuery: sortKey !== undefined,
    timeout,
    now: wholeClock(now),
  });
}

/** @throws TypeError for what is not a client of the AWS SDK. */
export function checkClient(client: DynamoDbClient): void {
  const isClient = typeof client?.send === "function" && typeof client.config?.region === "function";
  if (isClient) return;
  // Not the value: it may be the credentials.
  throw new TypeError(`client must be a DynamoDBClient of @aws-sdk/client-dynamodb; got ${kindOf(client)}`);
}

function kindOf(value: unknown): string {
  return value === null ? "null" : typeof value;
}

function checkBoolean(option: string, value: boolean): void {
  checkOption(typeof value === "boolean", option, value, "must be true or false");
}
