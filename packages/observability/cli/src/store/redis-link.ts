import { BackendError } from "@hitbox/core";
import { loadPeer } from "./load-peer.ts";
import { loginOf, placeName, type RedisPlace, type SentinelPlace } from "./redis-place.ts";

/** A client of ioredis, of one server. */
export interface RedisNode {
  call(command: string, ...words: string[]): Promise<unknown>;
  getBuffer(key: string): Promise<Buffer | null>;
  readonly options: { readonly host?: string; readonly port?: number };
}

interface Client extends RedisNode {
  nodes?(role: "master"): RedisNode[];
  connect(): Promise<void>;
  disconnect(): void;
  on(event: "error", listener: () => void): unknown;
}

interface Ioredis {
  readonly Redis: new (...args: unknown[]) => Client;
  readonly Cluster: new (...args: unknown[]) => Client;
}

/** Milliseconds for connecting, and for each command. */
const TIMEOUT = 5_000;
const SETTINGS = {
  lazyConnect: true,
  connectTimeout: TIMEOUT,
  commandTimeout: TIMEOUT,
  maxRetriesPerRequest: 0,
  retryStrategy: () => null,
};

/** Commands that an adapter has no use for, such as INFO; opened when they are first needed. */
export class RedisLink {
  readonly #place: RedisPlace;
  readonly #cwd: string;
  #client: Promise<Client> | undefined;

  constructor(place: RedisPlace, cwd: string) {
    this.#place = place;
    this.#cwd = cwd;
  }

  /** The bytes of a key, with its lease. */
  async bytes(key: string): Promise<Buffer | null> {
    return (await this.#open()).getBuffer(key);
  }

  /** Each master. */
  async nodes(): Promise<readonly RedisNode[]> {
    const client = await this.#open();
    return client.nodes?.("master") ?? [client];
  }

  async close(): Promise<void> {
    const client = await this.#client?.catch(() => undefined);
    client?.disconnect();
  }

  #open(): Promise<Client> {
    this.#client ??= this.#connect();
    return this.#client;
  }

  async #connect(): Promise<Client> {
    const library = await loadPeer<Ioredis>("ioredis", this.#cwd);
    const client = clientOf(library, this.#place);
    client.on("error", () => {});
    try {
      await client.connect();
    } catch (cause) {
      client.disconnect();
      const reason = cause instanceof Error ? cause.message : "no connection";
      throw new BackendError("connection", `${placeName(this.#place)}: ${reason}`, { cause });
    }
    return client;
  }
}

function clientOf({ Redis, Cluster }: Ioredis, place: RedisPlace): Client {
  if ("url" in place) return new Redis(place.url, SETTINGS);
  if ("cluster" in place) {
    const [first = ""] = place.cluster;
    const { lazyConnect, ...redisOptions } = SETTINGS;
    const all = { lazyConnect, clusterRetryStrategy: () => null };
    return new Cluster(place.cluster, {
      ...all,
      redisOptions: { ...redisOptions, ...loginOf(first), ...securityOf(first) },
    });
  }
  return new Redis({ ...SETTINGS, ...sentinelSettings(place) });
}

function sentinelSettings({ sentinels, name, database = 0, ...login }: SentinelPlace): object {
  const [first = ""] = sentinels;
  const { username: sentinelUsername, password: sentinelPassword } = loginOf(first);
  const security = securityOf(first);
  return {
    sentinels: sentinels.map((url) => {
      const { hostname, port } = new URL(url);
      return { host: hostname, port: Number(port || 26_379) };
    }),
    ...{ name, db: database, sentinelUsername, sentinelPassword, sentinelRetryStrategy: () => null },
    ...login,
    ...security,
    ...("tls" in security && { sentinelTLS: {}, enableTLSForSentinelMode: true }),
  };
}

function securityOf(url: string): object {
  return new URL(url).protocol === "rediss:" ? { tls: {} } : {};
}
