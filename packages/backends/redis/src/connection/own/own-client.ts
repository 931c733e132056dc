import type { Socket } from "node:net";
import { outside } from "@hitbox/core";
import type { ClientPort } from "../client-port.ts";
import type { Reasons } from "../connection.ts";
import { Deadline } from "../deadline.ts";
import { type IoredisCluster, type IoredisServer, isIoredisCluster } from "../ioredis/ioredis-client.ts";
import { IoredisClusterPort } from "../ioredis/ioredis-cluster-port.ts";
import { IoredisServerPort } from "../ioredis/ioredis-server-port.ts";
import type { Attempts } from "./connector.ts";
import { waitOf } from "./handshake.ts";

/** Methods of a client that is opened and closed here. */
interface Closable {
  on(event: string, listener: (error?: unknown) => void): unknown;
  quit(): Promise<unknown>;
  disconnect(): void;
}

type ClosableClient = (IoredisServer | IoredisCluster) & Closable;

/** Opens a client, which tells of every attempt to connect. */
export type OpenClient = (attempts: Attempts) => ClosableClient;

/** A client that is closed with the backend. */
export class OwnClient implements Reasons {
  readonly port: ClientPort;
  /** The last failure to connect, while there is no connection. */
  lastError: unknown;
  /**
   * Of an attempt under way. A socket that is kept would keep the AsyncLocalStorage store of its requests.
   */
  #latest: Socket | undefined;
  readonly #client: ClosableClient;
  readonly #timeout: number;

  constructor(open: OpenClient, timeout: number) {
    this.#timeout = timeout;
    this.#client = outside(() =>
      open({
        began: (socket) => {
          this.#latest = socket;
        },
        ended: () => {
          this.#latest = undefined;
        },
        failed: (error) => this.#note(error),
      }),
    );
    this.port = isIoredisCluster(this.#client)
      ? new IoredisClusterPort(this.#client)
      : new IoredisServerPort(this.#client);
    this.#client.on("error", (error?: unknown) => this.#note(error));
    this.#client.on("ready", () => {
      this.lastError = undefined;
    });
  }

  get waitsFor(): string | undefined {
    return this.#latest && waitOf(this.#latest);
  }

  /**
   * Lets the server answer the commands under way, within the timeout. Then nothing of the connection is
   * left.
   */
  async close(): Promise<void> {
    try {
      if (this.port.state === "ready") {
        const deadline = new Deadline(this.#timeout, () => new Error("no answer to QUIT"));
        await deadline.limit(this.#client.quit(), { parse: () => undefined });
      }
    } catch {
      // The connection is about to go anyway.
    } finally {
      this.#client.disconnect();
    }
  }

  // ioredis says of a cluster that no node has answered, and of a node that its connection is closed. The
  // reason came before.
  #note(error: unknown): void {
    const { lastNodeError } = (error ?? {}) as { lastNodeError?: unknown };
    const reason = lastNodeError ?? error;
    const { name, message } = (reason ?? {}) as Partial<Error>;
    const isVague = name === "ClusterAllFailedError" || message === "Connection is closed.";
    if (!isVague || this.lastError === undefined) this.lastError = reason;
  }
}
