import type { NodePort, SideConnection, SideSettings } from "../client-port.ts";
import type { NodeRedisServer } from "./node-redis-client.ts";
import { AS_BUFFERS } from "./node-redis-port.ts";
import { NodeRedisSideConnection } from "./node-redis-side-connection.ts";

/** A node-redis client, alone or of a cluster. */
export class NodeRedisNodePort implements NodePort {
  readonly address: string;
  readonly #client: NodeRedisServer;

  constructor(client: NodeRedisServer, address = "") {
    this.#client = client;
    this.address = address;
  }

  get isReady(): boolean {
    return this.#client.isReady;
  }

  call(command: string, ...words: string[]): Promise<unknown> {
    return this.#client.sendCommand([command, ...words], { timeout: undefined });
  }

  scan(cursor: string, pattern: string, count: number): Promise<[cursor: Buffer, keys: Buffer[]]> {
    const words = ["SCAN", cursor, "MATCH", pattern, "COUNT", `${count}`];
    return this.#client.sendCommand(words, AS_BUFFERS) as Promise<[cursor: Buffer, keys: Buffer[]]>;
  }

  lengths(keys: readonly string[]): Promise<unknown[]> {
    const options = { timeout: undefined };
    const length = (key: string): Promise<unknown> => this.#client.sendCommand(["STRLEN", key], options);
    return Promise.all(keys.map((key) => length(key).catch((error: unknown) => error)));
  }

  beside(settings: SideSettings): SideConnection {
    return new NodeRedisSideConnection(this.#client, settings);
  }
}
