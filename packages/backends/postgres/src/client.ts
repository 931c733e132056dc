/** A `Pool` or a `Client` of pg: the member that is called. */
export interface PgClient {
  query(text: string, values?: unknown[]): PromiseLike<{ rows: unknown[]; rowCount: number | null }>;
}

/** The function that the package `postgres` makes: the member that is called. */
export interface PostgresJs {
  unsafe(text: string, values?: never[]): PromiseLike<readonly unknown[] & { readonly count: number | null }>;
  /** For `coherence`. */
  listen?(channel: string, heard: (message: string) => void, listening: () => void): PromiseLike<unknown>;
}

/** A connection of pg that is used to listen. */
export interface PgListener {
  query(text: string): PromiseLike<unknown>;
  on(event: "notification", listener: (message: { readonly payload?: string | undefined }) => void): unknown;
  on(event: "error" | "end", listener: () => void): unknown;
  unref?(): void;
}

export type PostgresClient = PgClient | PostgresJs;

/** Rows of a statement, and the number of rows that it has changed. */
export interface Answer {
  readonly rows: readonly unknown[];
  readonly count: number;
}

/** Runs one statement, or several without values. */
export type Run = (text: string, values?: readonly unknown[]) => Promise<Answer>;

export function isClient(client: unknown): client is PostgresClient {
  const { query, unsafe } = (client ?? {}) as { query?: unknown; unsafe?: unknown };
  return typeof query === "function" || typeof unsafe === "function";
}

export function runOver(client: PostgresClient): Run {
  if ("query" in client)
    return async (text, values) => {
      // Without values pg takes the simple protocol, which runs several statements as one transaction.
      const { rows, rowCount } = await client.query(text, values && [...values]);
      return { rows, count: rowCount ?? 0 };
    };
  return async (text, values) => {
    const rows = await client.unsafe(text, values && ([...values] as never[]));
    return { rows, count: rows.count ?? 0 };
  };
}
