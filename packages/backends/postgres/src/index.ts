export type { PgClient, PostgresClient, PostgresJs } from "./client.ts";
export type { PostgresCoherence } from "./coherence/coherence-option.ts";
export { type CreateTableOptions, createTable } from "./create-table.ts";
export { type PostgresOptions, postgres } from "./postgres.ts";
export { tableSql } from "./sql.ts";
