import { isCluster, type RedisClient } from "../redis-client.ts";

/** What is called of an ioredis client besides, so that changes are heard. */
export interface CoherentClient extends RedisClient {
  call(command: string, ...words: string[]): Promise<unknown>;
  publish(channel: string, message: string): Promise<unknown>;
  duplicate(settings: object): unknown;
}

/** A connection in RESP2, of our own, that subscribes. */
export interface SubscriberClient {
  readonly stream?: { unref(): unknown } | undefined;
  connect(): Promise<void>;
  call(command: string, ...words: string[]): Promise<unknown>;
  subscribe(...channels: string[]): Promise<unknown>;
  ping(): Promise<unknown>;
  disconnect(): void;
  on(event: "error" | "connect" | "close" | "end", listener: () => void): unknown;
  on(event: "messageBuffer", listener: (channel: Buffer, message: unknown) => void): unknown;
}

const CALLED = ["call", "publish", "duplicate"] as const;

export function isCoherent(client: RedisClient): client is CoherentClient {
  const members = client as unknown as Record<string, unknown>;
  return CALLED.every((name) => typeof members[name] === "function");
}

/**
 * The one server, or a node of a cluster, which all hear what is published on any of them: `last` as long as it is
 * connected, since messages that go by way of different nodes overtake one another.
 */
export function serverOf(client: CoherentClient, last?: CoherentClient): CoherentClient {
  if (!isCluster(client)) return client;
  const nodesOf = (role: "all" | "master") => client.nodes(role) as unknown as readonly CoherentClient[];
  const masters = nodesOf("master");
  // ioredis strikes off nodes whose connection has ended, and looks at the slots again when it is asked for something.
  if (masters.length === 0) client.refreshSlotsCache();
  const nodes = masters.length > 0 ? masters : nodesOf("all");
  const ready = nodes.filter(({ status }) => status === "ready");
  if (last !== undefined && ready.includes(last)) return last;
  const chosen = ready.length > 0 ? ready : nodes;
  const node = chosen[Math.floor(Math.random() * chosen.length)];
  if (node === undefined) throw new Error("no node of the cluster is known");
  return node;
}
