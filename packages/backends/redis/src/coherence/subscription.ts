import type { NodePort, SideConnection, SideSettings } from "../connection/client-port.ts";

/** A connection of ours that hears messages on channels of one server. */
export class Subscription {
  readonly server: NodePort;
  readonly #side: SideConnection;

  constructor(server: NodePort, settings: Required<SideSettings>) {
    this.server = server;
    this.#side = server.beside(settings);
  }

  /** Resolves when it is subscribed. `ask` runs before that, while the connection takes commands. */
  async open(channels: readonly string[], ask?: (side: SideConnection) => Promise<void>): Promise<void> {
    await this.#side.connect();
    await ask?.(this.#side);
    await this.#side.subscribe(channels);
  }

  ping(): Promise<unknown> {
    return this.#side.ping();
  }

  close(): void {
    this.#side.close();
  }
}
