import { classify } from "../connection/classify.ts";
import type { NodePort, SideConnection, SideSettings } from "../connection/client-port.ts";
import { safeError } from "../connection/safe-error.ts";

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
    await during("SUBSCRIBE", this.#side.subscribe(channels));
  }

  ping(): Promise<unknown> {
    return this.#side.ping();
  }

  close(): void {
    this.#side.close();
  }
}

/** The same, but a connection that breaks meanwhile is an error that names the command. */
export async function during<R>(command: string, reply: Promise<R>): Promise<R> {
  try {
    return await reply;
  } catch (error) {
    if (classify(error) !== "connection") throw error;
    throw new Error(`the connection broke at ${command}`, { cause: safeError(error) });
  }
}
