import type { SideConnection, SideSettings } from "../client-port.ts";
import type { NodeRedisServer } from "./node-redis-client.ts";

/** The part of a duplicate client that is used. */
interface Duplicate {
  on(event: string, listener: (error?: unknown) => void): unknown;
  connect(): Promise<unknown>;
  sendCommand(words: readonly string[], options?: object): Promise<unknown>;
  subscribe(
    channels: readonly string[],
    listener: (message: unknown, channel: Buffer) => void,
    bufferMode: true,
  ): Promise<void>;
  unref(): void;
  destroy(): void;
}

/** Settings of a connection that is used once. In RESP2, tracking messages are those of a channel. */
const SETTINGS = {
  RESP: 2,
  clientSideCache: undefined,
  emitInvalidate: undefined,
  maintNotifications: "disabled",
  pingInterval: undefined,
  keyPrefix: undefined,
  commandOptions: undefined,
  commandsQueueMaxLength: undefined,
  disableClientInfo: true,
  disableOfflineQueue: true,
};

export class NodeRedisSideConnection implements SideConnection {
  readonly #client: Duplicate;
  readonly #heard: SideSettings["heard"];
  #error: unknown;

  constructor(server: NodeRedisServer, { timeout, heard, over }: SideSettings) {
    const socket = { ...server.options?.socket, connectTimeout: timeout, socketTimeout: undefined };
    const once = { socket: { ...socket, reconnectStrategy: false } };
    this.#client = server.duplicate({ ...SETTINGS, ...once }) as Duplicate;
    this.#heard = heard;
    this.#client.on("error", (error) => {
      this.#error = error;
      over?.();
    });
    this.#client.on("end", () => over?.());
    this.#client.unref();
  }

  async connect(): Promise<void> {
    try {
      await this.#client.connect();
    } catch (error) {
      throw this.#error ?? error;
    }
  }

  call(command: string, ...words: string[]): Promise<unknown> {
    return this.#client.sendCommand([command, ...words], { timeout: undefined });
  }

  subscribe(channels: readonly string[]): Promise<void> {
    const heard = (message: unknown, channel: Buffer): void => this.#heard?.(channel.toString(), message);
    return this.#client.subscribe(channels, heard, true);
  }

  ping(): Promise<unknown> {
    return this.call("PING");
  }

  close(): void {
    try {
      this.#client.destroy();
    } catch {
      // It has ended already.
    }
  }
}
