/** One word of a Redis command. */
export type Word = string | Buffer;

/**
 * State of a client: `idle` (not told to connect), `connecting` (on its way to its first connection),
 * `ready` (a command leaves at once) or `down` (the connection is lost, or the client is closed).
 */
export type ClientState = "idle" | "connecting" | "ready" | "down";

/** `attempted`: an attempt to connect is over, successful or not. `closed`: the connection is lost. */
export type ClientEvent = "ready" | "attempted" | "closed";

export type StopListening = () => void;

/** Reply of a removal. */
export interface RemovalReply {
  /** STRLEN before the removal, or the error of that command. */
  readonly length: unknown;
  /** UNLINK: the number of keys removed. */
  readonly removed: unknown;
}

/**
 * The small part of a Redis client that this adapter uses, for one server or a cluster. Each client library
 * has its own implementation. Replies have strings as buffers. Keys are without the prefix that the client
 * itself adds.
 */
interface Client {
  /** The library's own client, to tell one client from another. */
  readonly identity: object;
  /** The prefix that the client adds to every key; "" if it adds none. */
  readonly keyPrefix: string;
  /** True if reads may go to replicas. */
  readonly readsReplicas: boolean;
  readonly state: ClientState;
  /** The library's own name of the state, for messages. */
  readonly status: string;
  /** Makes an idle client connect, if the library allows that. Does not throw. */
  connect(): void;
  on(event: ClientEvent, listener: () => void): StopListening;

  get(key: string): Promise<Buffer | null>;
  /** In a cluster, keys of one slot. */
  getMany(keys: readonly string[]): Promise<(Buffer | null)[]>;
  /** `lifetime` is in milliseconds, as text. */
  set(key: string, value: Buffer, lifetime?: Buffer): Promise<unknown>;
  /** STRLEN and UNLINK, in this order, on one connection to the master. */
  remove(key: string): Promise<RemovalReply>;
  /** In a cluster, keys of one slot. */
  unlink(keys: readonly Buffer[]): Promise<unknown>;
  /** `script` is the digest for EVALSHA, the text for EVAL. */
  evaluate(command: "evalsha" | "eval", script: string, key: string, args: readonly Word[]): Promise<unknown>;
  /** Runs `begin`. The commands that it sends to one server travel as one write to its socket. */
  together<R>(begin: () => R): R;
}

/** A client of one server. */
export interface ServerPort extends Client {
  readonly topology: "server";
  readonly node: NodePort;
}

/** A client of a cluster. */
export interface ClusterPort extends Client {
  readonly topology: "cluster";
  /** The address of the master that serves a slot, as far as known. */
  masterOf(slot: number): string | undefined;
  nodes(role: "master" | "all"): readonly NodePort[];
  /** Asks the nodes for their slots, without waiting. */
  refresh(): void;
  /** Asks the nodes for their slots. Resolves with the masters, also those that are away. */
  findMasters(): Promise<readonly NodePort[]>;
}

export type ClientPort = ServerPort | ClusterPort;

/** One server: the only one, or a node of a cluster. */
export interface NodePort {
  /** `host:port`, as `masterOf` names it. */
  readonly address: string;
  readonly isReady: boolean;
  /** Any command without keys. Numbers in the reply may be text. */
  call(command: string, ...words: string[]): Promise<unknown>;
  /** One step of SCAN. Keys have the client's own prefix. */
  scan(cursor: string, pattern: string, count: number): Promise<[cursor: Buffer, keys: Buffer[]]>;
  /** STRLEN of each key, or its error. Keys have the client's own prefix, as those of `scan` have. */
  lengths(keys: readonly string[]): Promise<unknown[]>;
  /** A connection beside the client's own, to the same server and with the same login. Not yet connected. */
  beside(settings: SideSettings): SideConnection;
}

export interface SideSettings {
  /** Milliseconds for connecting. */
  readonly timeout: number;
  /** A message on a subscribed channel. The message is a buffer, an array of buffers or null. */
  heard?(channel: string, message: unknown): void;
  /** The connection has ended. May be called more than once. */
  over?(): void;
}

/** A connection in RESP2 that is used once and never made anew. It keeps no process alive. */
export interface SideConnection {
  connect(): Promise<void>;
  call(command: string, ...words: string[]): Promise<unknown>;
  subscribe(channels: readonly string[]): Promise<void>;
  ping(): Promise<unknown>;
  close(): void;
}
