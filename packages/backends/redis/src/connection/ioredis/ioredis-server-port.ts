import type { NodePort, ServerPort } from "../client-port.ts";
import type { IoredisServer } from "./ioredis-client.ts";
import { IoredisNode } from "./ioredis-node.ts";
import { corked, IoredisPort } from "./ioredis-port.ts";

/** An ioredis `Redis`: one server, or the master that sentinels name. */
export class IoredisServerPort extends IoredisPort<IoredisServer> implements ServerPort {
  readonly topology = "server";
  readonly readsReplicas = false;
  readonly node: NodePort;

  constructor(client: IoredisServer) {
    super(client);
    this.node = new IoredisNode(client);
  }

  together<R>(begin: () => R): R {
    return corked([this.client], begin);
  }
}
