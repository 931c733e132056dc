export type { TableAttributes } from "./attribute-names.ts";
export { type CreateTableOptions, createTable } from "./create-table.ts";
export { type DynamoDbOptions, dynamodb } from "./dynamodb.ts";
export type { DynamoDbClient } from "./table.ts";
export { UnprocessedItemsError } from "./unprocessed-items-error.ts";
