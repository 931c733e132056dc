import { Redis as Iovalkey, Cluster as IovalkeyCluster } from "iovalkey";
import { createClient as createClient5, createCluster as createCluster5 } from "node-redis5";
import { createClient as createClient6, createCluster as createCluster6 } from "node-redis6";
import type { RedisClient } from "../src/index.ts";

/** A client of the tests, and how to close it. */
export interface Opened {
  readonly client: RedisClient;
  close(): void;
}

/** A client library besides ioredis. */
export interface Library {
  readonly library: string;
  /** Connects to one server, with pauses of 20 ms between attempts. */
  server(port: number): Promise<Opened>;
  cluster(ports: readonly number[]): Promise<Opened>;
}

const socket = (port: number): object => ({ host: "127.0.0.1", port, reconnectStrategy: 20 });

function nodeRedis(
  library: string,
  createClient: typeof createClient6,
  createCluster: typeof createCluster6,
): Library {
  return {
    library,
    async server(port) {
      const client = createClient({ socket: socket(port) });
      client.on("error", () => {});
      await client.connect();
      return { client, close: () => quietly(() => client.destroy()) };
    },
    async cluster(ports) {
      const rootNodes = ports.map((port) => ({ socket: { host: "127.0.0.1", port } }));
      const client = createCluster({ rootNodes, defaults: { socket: { reconnectStrategy: 20 } } });
      client.on("error", () => {});
      await client.connect();
      return { client, close: () => quietly(() => client.destroy()) };
    },
  };
}

function quietly(close: () => void): void {
  try {
    close();
  } catch {
    // Closed already.
  }
}

export const LIBRARIES: readonly Library[] = [
  {
    library: "iovalkey",
    async server(port) {
      const client = new Iovalkey({
        host: "127.0.0.1",
        port,
        retryStrategy: () => 20,
        maxRetriesPerRequest: 0,
      });
      client.on("error", () => {});
      return { client: client as unknown as RedisClient, close: () => client.disconnect() };
    },
    async cluster(ports) {
      const client = new IovalkeyCluster(ports.map((port) => ({ host: "127.0.0.1", port })));
      client.on("error", () => {});
      return { client: client as unknown as RedisClient, close: () => client.disconnect() };
    },
  },
  nodeRedis(
    "node-redis 5",
    createClient5 as unknown as typeof createClient6,
    createCluster5 as unknown as typeof createCluster6,
  ),
  nodeRedis("node-redis 6", createClient6, createCluster6),
];
