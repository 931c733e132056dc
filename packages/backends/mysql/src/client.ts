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

/** Hears the answer to a statement. */
export type Heard<Answer> = (error: unknown, answer: Answer) => void;

/** A pool or connection of `mysql2` by callbacks: the members that are used. */
export interface CallbackClient {
  readonly config?: ClientSettings & { readonly connectionConfig?: ClientSettings };
  query(sql: string, values: readonly unknown[], heard: Heard<unknown>): unknown;
  query(statement: MysqlStatement, heard: Heard<unknown>): unknown;
}

/** Settings that change the form of an answer. */
interface ClientSettings {
  readonly rowsAsArray?: unknown;
  readonly namedPlaceholders?: unknown;
  readonly nestTables?: unknown;
  readonly typeCast?: unknown;
}

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

/**
 * By callbacks if there are any: a promise of mysql2 notes the stack for each statement, which costs a sixth
 * of a read.
 */
export function runOver(client: MysqlClient): Run {
  const byCallbacks = callbacksOf(client);
  if (byCallbacks === undefined) return (sql, values) => runByPromise(client as MysqlConnection, sql, values);
  return hasPlainAnswers(byCallbacks)
    ? (sql, values) => runPlain(byCallbacks, sql, values)
    : (sql, values) => runWithSettings(byCallbacks, sql, values);
}

/** For a client whose settings leave answers as they are. */
export async function runPlain(
  client: CallbackClient,
  sql: string,
  values: readonly unknown[],
): Promise<Answer> {
  return answerOf(await promised<unknown>((heard) => client.query(sql, values, heard)));
}

/** A statement with settings takes the client longer. */
async function runWithSettings(
  client: CallbackClient,
  sql: string,
  values: readonly unknown[],
): Promise<Answer> {
  return answerOf(await promised<unknown>((heard) => client.query(statementOf(sql, values), heard)));
}

async function runByPromise(
  connection: MysqlConnection,
  sql: string,
  values: readonly unknown[],
): Promise<Answer> {
  const [result] = await connection.query(statementOf(sql, values) as never);
  return answerOf(result);
}

/** The answer that a callback hears. */
export function promised<R>(ask: (heard: Heard<R>) => void): Promise<R> {
  return new Promise((resolve, reject) => {
    ask((error, answer) => {
      if (error) reject(error);
      else resolve(answer);
    });
  });
}

function answerOf(result: unknown): Answer {
  if (Array.isArray(result)) return { rows: result, count: result.length };
  return { rows: [], count: (result as { affectedRows?: number } | undefined)?.affectedRows ?? 0 };
}

function statementOf(sql: string, values: readonly unknown[]): MysqlStatement {
  return { sql, values, rowsAsArray: false, namedPlaceholders: false, nestTables: false, typeCast: true };
}

/** A wrapper by promises names the client that it wraps, and a client by callbacks can make a wrapper. */
function callbacksOf(client: MysqlClient): CallbackClient | undefined {
  const { pool, connection } = client as { pool?: unknown; connection?: unknown };
  const wrapped = [pool, connection, client].find(canPromise);
  return wrapped as CallbackClient | undefined;
}

function canPromise(client: unknown): boolean {
  return typeof (client as { promise?: unknown } | undefined)?.promise === "function";
}

function hasPlainAnswers({ config }: CallbackClient): boolean {
  const settings = config?.connectionConfig ?? config;
  if (settings === undefined) return false;
  const { rowsAsArray, namedPlaceholders, nestTables, typeCast = true } = settings;
  return !rowsAsArray && !namedPlaceholders && !nestTables && typeCast === true;
}
