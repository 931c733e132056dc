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

/** A client that you may pass in: an ioredis 5 or 6 `Redis` or `Cluster`, or one of iovalkey. */
export type RedisClient = IoredisServer | IoredisCluster;

/** @throws TypeError if `client` is of no library that is known. */
export function portOf(client: unknown): ClientPort {
  const rule = "must be a client of ioredis or iovalkey";
  checkOption(isIoredis(client), "client", typeof client, rule);
  return isIoredisCluster(client) ? new IoredisClusterPort(client) : new IoredisServerPort(client);
}
