/** Most rows that one statement of a sweep or a clear removes: other writers of these rows wait meanwhile. */
export const STEP_ROWS = 500;

/**
 * The statements that make a table, for a migration. An unlogged table is written without the log: a crash of
 * the server empties it, and replicas do not have it.
 *
 * @example
 * const migration = tableSql("hitbox");
 */
export function tableSql(table = "hitbox", kind: "unlogged" | "logged" = "unlogged"): string {
  return `CREATE${kind === "unlogged" ? " UNLOGGED" : ""} TABLE IF NOT EXISTS "${table}" (
  key bytea CONSTRAINT "${table}.key" PRIMARY KEY,
  value bytea NOT NULL,
  until bigint
);
CREATE INDEX IF NOT EXISTS "${table}.until" ON "${table}" (until) WHERE until IS NOT NULL;`;
}

/**
 * The statements over one table. Lists of a batch come as text, which every client and every pooler passes on
 * alike. Rows are locked in the order of their keys, so that two batches cannot wait for each other.
 */
export interface Statements {
  /** The first bytes of a value: all of a small one, and one byte more than `ReadLimits.small` of another. */
  readonly get: string;
  readonly getLarge: string;
  readonly getMany: string;
  readonly set: string;
  readonly setMany: string;
  readonly delete: string;
  readonly deleteMany: string;
  readonly add: string;
  readonly replace: string;
  readonly list: string;
  readonly clear: string;
  readonly sweep: string;
}

const ANEW = "UPDATE SET value = excluded.value, until = excluded.until";

/** The sizes that are read: a row may be larger than anything that this code writes. */
export interface ReadLimits {
  /** Bytes of a value that is read in one step. */
  readonly small: number;
  /** Bytes of one value. A larger one is read as NULL. */
  readonly value: number;
  /** Bytes of the values of one batch. The values after them are read as NULL. */
  readonly batch: number;
}

/**
 * With a `channel`, each change is told there by the statement that does it, so that neither can be without
 * the other. The last value of such a statement is the message: a text, or for a batch a list of texts.
 */
export function statements(name: string, limits: ReadLimits, channel?: string): Statements {
  const table = `"${name}"`;
  const insert = `INSERT INTO ${table} (key, value, until)`;
  const one = `${insert} VALUES ($1, $2, $3) ON CONFLICT (key) DO`;
  const locked = (rows: string): string => `(SELECT key FROM ${table} WHERE ${rows})`;
  const told = tellers(channel);
  // PostgreSQL tells the size of a value without reading it.
  const size = `CASE WHEN octet_length(value) <= ${limits.value} THEN octet_length(value) END`;
  const small = `CASE WHEN octet_length(value) <= ${limits.value} THEN value END AS value`;
  const all = `sum(${size}) OVER (ORDER BY asked.place ROWS UNBOUNDED PRECEDING)`;
  return {
    // A condition on the size would cost the server twice as much.
    get: `SELECT substr(value, 1, ${limits.small + 1}) AS value FROM ${table} WHERE key = $1`,
    getLarge: `SELECT ${small} FROM ${table} WHERE key = $1`,
    getMany: `SELECT asked.place::int4 AS place, ${size} AS size,
        CASE WHEN octet_length(value) <= ${limits.value} AND ${all} <= ${limits.batch} THEN value END AS value
      FROM unnest($1::text::bytea[]) WITH ORDINALITY AS asked (key, place) JOIN ${table} USING (key)`,
    set: told.each(`${one} ${ANEW}`, 4),
    setMany: told.all(
      `${insert} SELECT * FROM unnest($1::text::bytea[], $2::text::bytea[], $3::text::bigint[])
      AS given (key, value, until) ORDER BY key ON CONFLICT (key) DO ${ANEW}`,
      4,
    ),
    delete: told.each(`DELETE FROM ${table} WHERE key = $1 RETURNING ${small}`, 2),
    deleteMany: told.all(
      `DELETE FROM ${table} WHERE key IN ${locked("key = ANY ($1::text::bytea[]) ORDER BY key FOR UPDATE")}`,
      2,
    ),
    add: told.each(`${one} NOTHING`, 4),
    replace: told.each(`UPDATE ${table} SET value = $2, until = $3 WHERE key = $1 AND value = $4`, 5),
    list: `SELECT key, octet_length(value) AS size FROM ${table}
      WHERE key > $1 AND key >= $2 AND key < $3 AND (until IS NULL OR until > $4) ORDER BY key LIMIT $5`,
    clear: told.last(
      `DELETE FROM ${table} WHERE key IN ${locked(`key > $1 ORDER BY key LIMIT ${STEP_ROWS} FOR UPDATE`)}
      RETURNING key`,
      2,
    ),
    // Asked again when a row is locked: one that was written anew by then stays.
    sweep: `DELETE FROM ${table} WHERE until <= $1 AND key IN
      ${locked(`until <= $1 ORDER BY until LIMIT ${STEP_ROWS} FOR UPDATE SKIP LOCKED`)}`,
  };
}

interface Tellers {
  /** Tells for each row that is changed. `place`: number of the value that is the message. */
  readonly each: (statement: string, place: number) => string;
  readonly all: (statement: string, place: number) => string;
  /** Tells once, if a row is removed, and answers with the last key. */
  readonly last: (statement: string, place: number) => string;
}

function tellers(channel: string | undefined): Tellers {
  // PostgreSQL runs a statement of WITH to its end, though nothing may read its rows.
  const within = (statement: string): string => `WITH done AS (${statement})`;
  const last = "(SELECT key FROM done ORDER BY key DESC LIMIT 1) AS last";
  if (channel === undefined) {
    const same = (statement: string): string => statement;
    return { each: same, all: same, last: (statement) => `${within(statement)} SELECT key FROM ${last}` };
  }
  const notify = (message: string): string => `pg_notify('${channel}', ${message})`;
  const returning = (statement: string): string =>
    statement.includes("RETURNING") ? statement : `${statement} RETURNING key`;
  return {
    each: (statement, place) =>
      `${within(returning(statement))} SELECT done.*, ${notify(`$${place}`)} FROM done`,
    all: (statement, place) =>
      `${within(statement)} SELECT ${notify("message")} FROM unnest($${place}::text[]) AS message`,
    last: (statement, place) => `${within(statement)} SELECT key, ${notify(`$${place}`)} FROM ${last}`,
  };
}

/** A list of bytes as the text of an array. */
export function bytesList(items: readonly Uint8Array[]): string {
  return `{${items.map(quoted).join(",")}}`;
}

function quoted(bytes: Uint8Array): string {
  return `"\\\\x${Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("hex")}"`;
}

export function numbersList(items: readonly (number | undefined)[]): string {
  return `{${items.map((item) => item ?? "NULL").join(",")}}`;
}
