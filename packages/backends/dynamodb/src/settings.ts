import type { AdapterParts } from "@hitbox/core";
import type { BatchSettings } from "./batches.ts";

/** The checked options of `dynamodb`, and the parts made from them. */
export interface DynamoDbSettings extends BatchSettings {
  readonly adapter: AdapterParts<Uint8Array>;
  /** True if the table's keys allow to query all entries of a prefix. */
  readonly canQuery: boolean;
}
