import { subscribe, unsubscribe } from "node:diagnostics_channel";
import { createClient, createCluster } from "node-redis6";
import type { RedisClient, RedisOptions } from "../../src/index.ts";

/** Options of a backend at an endpoint, and how to close the client that they hold. */
export interface Connected {
  readonly options: RedisOptions;
  close(): void;
}

export type Connect = (endpoint: RedisOptions) => Connected;

/** The library whose clients a table is about. */
export type Library = "ioredis" | "node-redis";

/** ioredis makes the clients of this package itself. */
function asTheyAre(options: RedisOptions): Connected {
  return { options, close() {} };
}

/** A node-redis client in its own settings, which its owner connects. */
function byNodeRedis(endpoint: RedisOptions): Connected {
  const { url, cluster } = endpoint as { url?: string; cluster?: readonly string[] };
  const client = cluster
    ? createCluster({ rootNodes: cluster.map((node) => ({ url: node })) })
    : createClient({ url: url as string });
  client.on("error", () => {});
  client.connect().catch(() => {});
  const stop = cluster ? () => {} : leaveReplicas(client as ReturnType<typeof createClient>);
  return { options: { client: client as unknown as RedisClient }, close: () => [stop(), client.destroy()] };
}

/** The advice of the README: node-redis stays with a server that has become a replica. */
function leaveReplicas(client: ReturnType<typeof createClient>): () => void {
  const written = (message: unknown): void => {
    const { error } = message as { error?: Error };
    if (!error?.message.includes("READONLY") || !client.isReady) return;
    client.destroy();
    client.connect().catch(() => {});
  };
  subscribe("hitbox:backend:write", written);
  return () => unsubscribe("hitbox:backend:write", written);
}

export const CONNECTS: Readonly<Record<Library, Connect>> = {
  ioredis: asTheyAre,
  "node-redis": byNodeRedis,
};
