import type { Socket } from "node:net";
import type { ConnectionOptions } from "node:tls";
import { BackendError } from "@hitbox/core";
import { type Answer, type CallbackClient, type Heard, promised, runPlain } from "./client.ts";
import { isReadOnly } from "./errors.ts";

export interface PoolOptions {
  readonly url: string;
  readonly tls: ConnectionOptions | undefined;
  readonly connections: number;
  /** Milliseconds of an operation. A silent connection is broken after twice that. */
  readonly timeout: number;
}

/** A pool that this code has opened. */
export interface Pool {
  run(sql: string, values: readonly unknown[]): Promise<Answer>;
  end(): Promise<void>;
  /** Breaks all connections. */
  destroy(): void;
}

interface PooledConnection extends CallbackClient {
  readonly stream: Socket;
  release(): void;
  destroy(): void;
}

/** Milliseconds between two departures from a server that may only read. */
const DEPARTURE_MS = 1_000;

interface Mysql2Pool {
  getConnection(heard: Heard<PooledConnection>): void;
  end(heard: Heard<void>): void;
  on(event: "connection", listener: (connection: PooledConnection) => void): unknown;
}

interface Mysql2 {
  createPool(options: object): Mysql2Pool;
}

/** @throws BackendError `unsupported` if mysql2 is not installed. */
export async function openPool({ url, tls, connections, timeout }: PoolOptions): Promise<Pool> {
  const { createPool } = await loadMysql2();
  const pool = createPool({
    ...{ uri: url.replace(/^mariadb:/, "mysql:"), connectionLimit: connections, connectTimeout: timeout },
    ...(tls && { ssl: { verifyIdentity: true, ...tls } }),
    enableKeepAlive: true,
  });
  const sockets = new Map<Socket, number>();
  let departedAt = Number.NEGATIVE_INFINITY;
  pool.on("connection", ({ stream }) => {
    sockets.set(stream, performance.now());
    stream.once("close", () => sockets.delete(stream));
    stream.unref();
  });
  const destroy = (): void => {
    for (const socket of sockets.keys()) socket.destroy();
  };
  const isOld = ({ stream }: PooledConnection): boolean => (sockets.get(stream) ?? 0) < departedAt;
  const current = async (): Promise<PooledConnection> => {
    for (;;) {
      const connection = await promised<PooledConnection>((heard) => pool.getConnection(heard));
      if (!isOld(connection)) return connection;
      connection.destroy();
    }
  };
  /** After a failover the name may lead to another server, while connections stay with this one. */
  const depart = (): void => {
    const now = performance.now();
    if (now - departedAt > DEPARTURE_MS) departedAt = now;
  };
  return {
    async run(sql, values) {
      const connection = await current();
      const end = watchOver(connection.stream, 2 * timeout);
      try {
        return await runPlain(connection, sql, values);
      } catch (error) {
        if (isReadOnly(error)) depart();
        throw error;
      } finally {
        end();
        if (isOld(connection)) connection.destroy();
        else connection.release();
      }
    },
    end: () => promised<void>((heard) => pool.end(heard)),
    destroy,
  };
}

/**
 * A statement under way keeps the process alive, and its connection is broken if there is no answer for `ms`
 * milliseconds.
 */
function watchOver(stream: Socket, ms: number): () => void {
  stream.ref();
  const timer = setTimeout(() => stream.destroy(), ms).unref();
  return () => {
    clearTimeout(timer);
    // An idle one does not.
    stream.unref();
  };
}

async function loadMysql2(): Promise<Mysql2> {
  try {
    return (await import("mysql2" as string)) as Mysql2;
  } catch (cause) {
    const remedy = "Install mysql2, or give a `client`";
    const message = `mysql2 cannot be loaded, which \`url\` needs. ${remedy}.`;
    throw new BackendError("unsupported", message, { cause });
  }
}
