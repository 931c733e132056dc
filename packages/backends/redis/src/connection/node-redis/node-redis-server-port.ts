import type { ClientEvent, NodePort, ServerPort, StopListening, Word } from "../client-port.ts";
import type { NodeRedisServer } from "./node-redis-client.ts";
import { NodeRedisNodePort } from "./node-redis-node-port.ts";
import { AS_BUFFERS, LOST, listen, NodeRedisPort } from "./node-redis-port.ts";

const EVENTS: Record<ClientEvent, readonly string[]> = {
  ready: ["ready"],
  attempted: ["ready", ...LOST],
  closed: LOST,
};

/** A node-redis client of one server. */
export class NodeRedisServerPort extends NodeRedisPort implements ServerPort {
  readonly topology = "server";
  readonly readsReplicas = false;
  readonly node: NodePort;
  protected readonly client: NodeRedisServer;

  constructor(client: NodeRedisServer) {
    super();
    this.client = client;
    this.node = new NodeRedisNodePort(client);
  }

  get keyPrefix(): string {
    return String(this.client.options?.keyPrefix ?? "");
  }

  on(event: ClientEvent, listener: () => void): StopListening {
    return listen(this.client, EVENTS[event], listener);
  }

  protected get isReady(): boolean {
    return this.client.isReady;
  }

  protected send(_key: string, words: Word[]): Promise<unknown> {
    return this.client.sendCommand(words, AS_BUFFERS);
  }
}
