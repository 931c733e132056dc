import type { Socket } from "node:net";
import { BackendError } from "@hitbox/core";
import type { PgClient, PgListener } from "./client.ts";

export interface PoolOptions {
  readonly url: string;
  readonly connections: number;
  /** Milliseconds of an operation. A silent connection is broken after twice that. */
  readonly timeout: number;
}

/** A pool that this code has opened. */
export interface Pool extends PgClient {
  end(): Promise<void>;
  /** Breaks all connections. */
  destroy(): void;
}

interface OpenClient {
  readonly connection?: { readonly stream?: Socket };
}

interface PgPool extends PgClient {
  end(): Promise<void>;
  on(event: string, listener: (client: OpenClient) => void): unknown;
}

interface OwnListener extends PgListener, OpenClient {
  connect(): Promise<unknown>;
}

interface PgModule {
  readonly default: {
    readonly Pool: new (options: object) => PgPool;
    readonly Client: new (options: object) => OwnListener;
  };
}

/** @throws BackendError `unsupported` if pg is not installed. */
export async function openPool({ url, connections, timeout }: PoolOptions): Promise<Pool> {
  const { default: pg } = await loadPg();
  const pool = new pg.Pool({
    ...{ connectionString: url, max: connections, keepAlive: true },
    ...{ connectionTimeoutMillis: timeout, query_timeout: 2 * timeout },
    // Idle connections keep no process alive.
    allowExitOnIdle: true,
  });
  const clients = new Set<OpenClient>();
  pool.on("connect", (client) => clients.add(client));
  pool.on("remove", (client) => clients.delete(client));
  // An idle connection that breaks is made anew; unheard, its error would end the process.
  pool.on("error", () => {});
  return {
    query: (text, values) => pool.query(text, values),
    end: () => pool.end(),
    destroy: () => {
      for (const { connection } of clients) connection?.stream?.destroy();
    },
  };
}

/** A connection beside the pool, and the way to break it. */
export async function openListener({
  url,
  timeout,
}: PoolOptions): Promise<{ readonly client: PgListener; readonly release: () => void }> {
  const { default: pg } = await loadPg();
  const client = new pg.Client({
    ...{ connectionString: url, keepAlive: true, connectionTimeoutMillis: timeout },
  });
  // Unheard, an error would end the process.
  client.on("error", () => {});
  await client.connect();
  return { client, release: () => void client.connection?.stream?.destroy() };
}

async function loadPg(): Promise<PgModule> {
  try {
    return (await import("pg" as string)) as PgModule;
  } catch (cause) {
    const remedy = "Install pg, or give a `client`";
    throw new BackendError("unsupported", `pg cannot be loaded, which \`url\` needs. ${remedy}.`, { cause });
  }
}
