/** The part of a node-redis (5 or 6) client that this adapter uses. */
export interface NodeRedisServer {
  readonly isOpen: boolean;
  readonly isReady: boolean;
  /** How often it has connected. */
  readonly socketEpoch: number;
  readonly options?: NodeRedisOptions | undefined;
  on(event: string, listener: () => void): unknown;
  off(event: string, listener: () => void): unknown;
  sendCommand(words: (string | Buffer)[], options?: object): Promise<unknown>;
  duplicate(settings: object): unknown;
}

export interface NodeRedisOptions {
  readonly keyPrefix?: string | Buffer | undefined;
  readonly socket?: object | undefined;
}

/** One node of a cluster, as its client knows it. */
export interface NodeRedisNode {
  readonly address: string;
  /** Undefined until it is first used. */
  readonly client?: unknown;
}

/** The part of a node-redis cluster client. */
export interface NodeRedisCluster {
  readonly isOpen: boolean;
  /** For every slot its servers. */
  readonly slots: readonly ({ readonly master: NodeRedisNode } | undefined)[];
  readonly masters: readonly NodeRedisNode[];
  readonly replicas: readonly NodeRedisNode[];
  on(event: string, listener: () => void): unknown;
  off(event: string, listener: () => void): unknown;
  sendCommand(
    firstKey: string | undefined,
    isReadonly: boolean,
    words: (string | Buffer)[],
    options?: object,
  ): Promise<unknown>;
  nodeClient(node: never): unknown;
}

/** Parts of a cluster client without which it works, and which only some versions have. */
export interface NodeRedisClusterExtras {
  readonly _options?: { readonly useReplicas?: boolean; readonly keyPrefix?: string | Buffer } | undefined;
  readonly _slots?: { rediscover?(startWith: unknown): Promise<unknown> } | undefined;
}

const CALLED = ["on", "off", "sendCommand"];

export function isNodeRedisServer(client: unknown): client is NodeRedisServer {
  return (
    isOpenable(client) &&
    "isReady" in client &&
    hasMethods(client, [...CALLED, "duplicate"]) &&
    !("slots" in client)
  );
}

export function isNodeRedisCluster(client: unknown): client is NodeRedisCluster {
  return (
    isOpenable(client) &&
    "slots" in client &&
    "masters" in client &&
    hasMethods(client, [...CALLED, "nodeClient"])
  );
}

function isOpenable(client: unknown): client is object {
  return typeof client === "object" && client !== null && "isOpen" in client;
}

function hasMethods(client: object, names: readonly string[]): boolean {
  return names.every((name) => typeof Reflect.get(client, name) === "function");
}
