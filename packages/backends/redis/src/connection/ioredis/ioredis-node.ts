import type { NodePort, SideConnection, SideSettings } from "../client-port.ts";
import type { IoredisServer } from "./ioredis-client.ts";
import { IoredisSideConnection } from "./ioredis-side-connection.ts";

/** A `Redis`, alone or of a `Cluster`. */
export class IoredisNode implements NodePort {
  readonly #server: IoredisServer;

  constructor(server: IoredisServer) {
    this.#server = server;
  }

  get address(): string {
    const { host, port } = this.#server.options ?? {};
    return `${host}:${port}`;
  }

  get isReady(): boolean {
    return this.#server.status === "ready";
  }

  call(command: string, ...words: string[]): Promise<unknown> {
    return this.#server.call(command, ...words);
  }

  scan(cursor: string, pattern: string, count: number): Promise<[cursor: Buffer, keys: Buffer[]]> {
    return this.#server.scanBuffer(cursor, "MATCH", pattern, "COUNT", count);
  }

  async lengths(keys: readonly string[]): Promise<unknown[]> {
    const added = this.#server.options?.keyPrefix ?? "";
    const pipeline = this.#server.pipeline();
    for (const key of keys) pipeline.strlen(key.slice(added.length));
    const replies = (await pipeline.exec()) ?? [];
    return replies.map(([error, length]) => error ?? length);
  }

  beside(settings: SideSettings): SideConnection {
    return new IoredisSideConnection(this.#server, settings);
  }
}
