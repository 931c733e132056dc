/** Most rows that one statement of a sweep or a clear removes: other writers of these rows wait meanwhile. */
export const STEP_ROWS = 500;

/** Longest key in bytes. An index of InnoDB has 3,072 at most. */
export const MAX_KEY_BYTES = 2_600;

/**
 * The statement that makes a table, for a migration.
 *
 * @example
 * const migration = tableSql("hitbox");
 */
export function tableSql(table = "hitbox"): string {
  return `CREATE TABLE IF NOT EXISTS \`${table}\` (
  \`key\` VARBINARY(${MAX_KEY_BYTES}) NOT NULL PRIMARY KEY,
  \`value\` MEDIUMBLOB NOT NULL,
  \`until\` BIGINT,
  \`version\` BINARY(8) NOT NULL,
  KEY \`until\` (\`until\`)
) ENGINE=InnoDB ROW_FORMAT=DYNAMIC`;
}

/** The statements over one table. They hold no text of a caller: keys and values are bytes. */
export interface Statements {
  readonly get: string;
  readonly getVersion: string;
  readonly getMany: string;
  readonly set: string;
  readonly add: string;
  readonly replace: string;
  readonly delete: string;
  readonly list: string;
  readonly last: string;
  readonly clear: string;
  readonly expired: string;
  readonly sweep: string;
  readonly packet: string;
}

export function statements(name: string): Statements {
  const table = `\`${name}\``;
  const insert = `INSERT INTO ${table} (\`key\`, \`value\`, \`until\`, \`version\`) VALUES ?`;
  // MySQL would rather have an alias than VALUES(), but MariaDB knows none.
  const anew = ["value", "until", "version"].map((column) => `\`${column}\` = VALUES(\`${column}\`)`);
  const inRange = "`key` >= ? AND `key` < ?";
  return {
    get: `SELECT \`value\` FROM ${table} WHERE \`key\` = ?`,
    getVersion: `SELECT \`value\`, \`version\` FROM ${table} WHERE \`key\` = ?`,
    getMany: `SELECT \`key\`, \`value\` FROM ${table} WHERE \`key\` IN (?)`,
    set: `${insert} ON DUPLICATE KEY UPDATE ${anew.join(", ")}`,
    add: insert,
    replace: `UPDATE ${table} SET \`value\` = ?, \`until\` = ?, \`version\` = ?
      WHERE \`key\` = ? AND \`version\` = ?`,
    delete: `DELETE FROM ${table} WHERE \`key\` IN (?)`,
    list: `SELECT \`key\`, LENGTH(\`value\`) AS size FROM ${table}
      WHERE \`key\` > ? AND ${inRange} AND (\`until\` IS NULL OR \`until\` > ?) ORDER BY \`key\` LIMIT ?`,
    last: `SELECT MAX(\`key\`) AS \`key\` FROM ${table} WHERE ${inRange}`,
    clear: `DELETE FROM ${table} WHERE \`key\` >= ? AND \`key\` <= ? ORDER BY \`key\` LIMIT ${STEP_ROWS}`,
    expired: `SELECT \`key\` FROM ${table} WHERE \`until\` <= ? ORDER BY \`until\` LIMIT ${STEP_ROWS}`,
    // Asked again when a row is locked: one that was written anew by then stays.
    sweep: `DELETE FROM ${table} WHERE \`key\` IN (?) AND \`until\` <= ?`,
    packet: "SELECT @@max_allowed_packet AS bytes",
  };
}
