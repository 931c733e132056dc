export type { MysqlClient, MysqlConnection, MysqlStatement } from "./client.ts";
export { type CreateTableOptions, createTable } from "./create-table.ts";
export { type MysqlOptions, mysql } from "./mysql.ts";
export { tableSql } from "./sql.ts";
