import slotOf from "cluster-key-slot";
import type { ClientEvent, ClusterPort, NodePort, StopListening, Word } from "../client-port.ts";
import type {
  NodeRedisCluster,
  NodeRedisClusterExtras,
  NodeRedisNode,
  NodeRedisServer,
} from "./node-redis-client.ts";
import { NodeRedisNodePort } from "./node-redis-node-port.ts";
import { AS_BUFFERS, listen, NodeRedisPort } from "./node-redis-port.ts";

const EVENTS: Record<ClientEvent, readonly string[]> = {
  ready: ["connect"],
  attempted: ["connect", "error", "disconnect"],
  closed: ["disconnect"],
};

/**
 * A node-redis cluster client. It is ready once it knows the slots; each node has a connection of its own.
 */
export class NodeRedisClusterPort extends NodeRedisPort implements ClusterPort {
  readonly topology = "cluster";
  protected readonly client: NodeRedisCluster;
  readonly #extras: NodeRedisClusterExtras;

  constructor(client: NodeRedisCluster) {
    super();
    this.client = client;
    this.#extras = client as NodeRedisClusterExtras;
  }

  get keyPrefix(): string {
    return String(this.#extras._options?.keyPrefix ?? "");
  }

  get readsReplicas(): boolean {
    return this.#extras._options?.useReplicas ?? false;
  }

  on(event: ClientEvent, listener: () => void): StopListening {
    return listen(this.client, EVENTS[event], listener);
  }

  masterOf(slot: number): string | undefined {
    return this.client.slots[slot]?.master.address;
  }

  nodes(role: "master" | "all"): readonly NodePort[] {
    const { masters, replicas } = this.client;
    const nodes = role === "master" ? masters : [...masters, ...replicas];
    return nodes.flatMap((node) => {
      const client = clientOf(node);
      return client === undefined ? [] : [new NodeRedisNodePort(client, node.address)];
    });
  }

  refresh(): void {
    this.#rediscover().catch(() => {});
  }

  async findMasters(): Promise<readonly NodePort[]> {
    await this.#rediscover();
    return Promise.all(
      this.client.masters.map(async (node) => {
        const client = (await this.client.nodeClient(node as never)) as NodeRedisServer;
        return new NodeRedisNodePort(client, node.address);
      }),
    );
  }

  protected get isReady(): boolean {
    return this.client.isOpen && this.client.slots.some((shard) => shard !== undefined);
  }

  protected send(key: string, words: Word[], how: "read" | "write"): Promise<unknown> {
    const isRead = how === "read";
    const client = clientOf(this.client.slots[slotOf(key)]?.master);
    // node-redis would queue the command until the node is back, and then execute it over newer values.
    if (client !== undefined && isLost(client) && !(isRead && this.readsReplicas))
      return Promise.reject(lost());
    return this.client.sendCommand(key, isRead, words, AS_BUFFERS);
  }

  async #rediscover(): Promise<void> {
    const nodes = [...this.client.masters, ...this.client.replicas];
    const client = nodes.map(clientOf).find((one) => one?.isReady);
    if (client === undefined) throw lost();
    await this.#extras._slots?.rediscover?.(client);
  }
}

function clientOf(node: NodeRedisNode | undefined): NodeRedisServer | undefined {
  return node?.client as NodeRedisServer | undefined;
}

/** True if a connection that was there is lost, rather than on its way for the first time. */
function isLost({ isReady, isOpen, socketEpoch }: NodeRedisServer): boolean {
  return !isReady && (!isOpen || socketEpoch > 0);
}

function lost(): Error {
  return new Error("Socket closed unexpectedly");
}
