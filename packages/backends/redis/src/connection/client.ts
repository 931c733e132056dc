import { checkOption } from "@hitbox/core";
import type { ClientPort } from "./client-port.ts";
import {
  type IoredisCluster,
  type IoredisServer,
  isIoredis,
  isIoredisCluster,
} from "./ioredis/ioredis-client.ts";
import { IoredisClusterPort } from "./ioredis/ioredis-cluster-port.ts";
import { IoredisServerPort } from "./ioredis/ioredis-server-port.ts";
import {
  isNodeRedisCluster,
  isNodeRedisServer,
  type NodeRedisCluster,
  type NodeRedisServer,
} from "./node-redis/node-redis-client.ts";
import { NodeRedisClusterPort } from "./node-redis/node-redis-cluster-port.ts";
import { NodeRedisServerPort } from "./node-redis/node-redis-server-port.ts";

/**
 * A client that you may pass in: of ioredis 5 or 6, iovalkey, or node-redis 5 or 6; of one server or a
 * cluster.
 */
export type RedisClient = IoredisServer | IoredisCluster | NodeRedisServer | NodeRedisCluster;

/** @throws TypeError if `client` is of no library that is known. */
export function portOf(client: unknown): ClientPort {
  if (isIoredis(client))
    return isIoredisCluster(client) ? new IoredisClusterPort(client) : new IoredisServerPort(client);
  if (isNodeRedisCluster(client)) return new NodeRedisClusterPort(client);
  const rule = "must be a client of ioredis, iovalkey or node-redis";
  checkOption(isNodeRedisServer(client), "client", typeof client, rule);
  return new NodeRedisServerPort(client);
}
