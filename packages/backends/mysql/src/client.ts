/** A statement, with settings that keep a client's own ones from changing the answer. */
export interface MysqlStatement {
  readonly sql: string;
  readonly values: readonly unknown[];
  readonly rowsAsArray: false;
  readonly namedPlaceholders: false;
  readonly nestTables: false;
  readonly typeCast: true;
}

/** A pool or connection of `mysql2/promise`: the member that is called. */
export interface MysqlConnection {
  // Its many overloads fit a function of any statement alone.
  query(statement: never): PromiseLike<readonly unknown[]>;
}

/** A pool or connection of `mysql2`, by callbacks or by promises. */
export type MysqlClient = MysqlConnection | { promise(): MysqlConnection };

/** Rows of a statement, and the number of rows that it has changed. */
export interface Answer {
  readonly rows: readonly unknown[];
  readonly count: number;
}

/** Runs one statement. A list among the values is a list in the statement. */
export type Run = (sql: string, values: readonly unknown[]) => Promise<Answer>;

export function isClient(client: unknown): client is MysqlClient {
  const { query, promise } = (client ?? {}) as { query?: unknown; promise?: unknown };
  return typeof query === "function" || typeof promise === "function";
}

export function runOver(client: MysqlClient): Run {
  // A pool by callbacks has both, and makes one by promises of itself.
  const connection = "promise" in client && !isPromised(client) ? client.promise() : client;
  return (sql, values) => runOn(connection as MysqlConnection, sql, values);
}

export async function runOn(
  connection: MysqlConnection,
  sql: string,
  values: readonly unknown[],
): Promise<Answer> {
  const statement: MysqlStatement = {
    ...{ sql, values, rowsAsArray: false, namedPlaceholders: false, nestTables: false, typeCast: true },
  };
  const [result] = await connection.query(statement as never);
  if (Array.isArray(result)) return { rows: result, count: result.length };
  return { rows: [], count: (result as { affectedRows?: number } | undefined)?.affectedRows ?? 0 };
}

/** A wrapper by promises names what it wraps. */
function isPromised(client: object): boolean {
  const { pool, connection } = client as { pool?: { promise?: unknown }; connection?: { promise?: unknown } };
  return typeof pool?.promise === "function" || typeof connection?.promise === "function";
}
