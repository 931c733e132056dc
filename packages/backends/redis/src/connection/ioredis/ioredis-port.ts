import type { ClientEvent, ClientState, RemovalReply, StopListening, Word } from "../client-port.ts";
import type { IoredisClient, IoredisServer } from "./ioredis-client.ts";

const STATES: ReadonlyMap<string, ClientState> = new Map([
  ["wait", "idle"],
  ["connecting", "connecting"],
  ["connect", "connecting"],
  ["ready", "ready"],
]);

const EVENTS: Record<ClientEvent, readonly string[]> = {
  ready: ["ready"],
  attempted: ["ready", "close", "end"],
  closed: ["close"],
};

/** The commands about keys, over an ioredis `Redis` or `Cluster`. */
export abstract class IoredisPort<Client extends IoredisClient> {
  protected readonly client: Client;

  constructor(client: Client) {
    this.client = client;
  }

  get identity(): object {
    return this.client;
  }

  get keyPrefix(): string {
    return this.client.options?.keyPrefix ?? "";
  }

  get status(): string {
    return this.client.status;
  }

  /** A connection that has ended may still be called ready: ioredis would queue the command. */
  get state(): ClientState {
    const { status, stream } = this.client as IoredisClient as IoredisServer;
    if (status === "ready" && stream?.writable === false) return "down";
    return STATES.get(status) ?? "down";
  }

  connect(): void {
    this.client.connect().catch(() => {});
  }

  on(event: ClientEvent, listener: () => void): StopListening {
    for (const name of EVENTS[event]) this.client.on(name, listener);
    return () => {
      for (const name of EVENTS[event]) this.client.off(name, listener);
    };
  }

  get(key: string): Promise<Buffer | null> {
    return this.client.getBuffer(key);
  }

  getMany(keys: readonly string[]): Promise<(Buffer | null)[]> {
    return this.client.mgetBuffer(keys as string[]);
  }

  set(key: string, value: Buffer, lifetime?: Buffer): Promise<unknown> {
    if (lifetime === undefined) return this.client.set(key, value);
    // ioredis takes buffers wherever it takes strings; its types do not say so here.
    return this.client.set(key, value, "PX", lifetime as unknown as string);
  }

  async remove(key: string): Promise<RemovalReply> {
    const length = this.client.strlen(key).catch((error: unknown) => error);
    const removed = await this.client.unlink([key]);
    return { length: await length, removed };
  }

  unlink(keys: readonly Buffer[]): Promise<unknown> {
    return this.client.unlink(keys as Buffer[]);
  }

  evaluate(
    command: "evalsha" | "eval",
    script: string,
    key: string,
    args: readonly Word[],
  ): Promise<unknown> {
    const words = [script, "1", key, ...args] as const;
    return this.client.options?.enableAutoPipelining
      ? this.#evaluateApart(command, words)
      : this.client.callBuffer(command, ...words);
  }

  abstract together<R>(begin: () => R): R;

  // In lower case: older versions of ioredis find the key of no other. An automatic pipeline forgets the
  // name of a command that comes by `call` (https://github.com/redis/ioredis/issues/1923). A pipeline of
  // its own keeps the name, and finds the node of the key in a cluster.
  async #evaluateApart(command: string, words: readonly Word[]): Promise<unknown> {
    const pipeline = this.client.pipeline();
    pipeline.callBuffer(command, ...words);
    const [error, reply] = (await pipeline.exec())?.[0] ?? [
      new Error("Command aborted due to connection close"),
    ];
    if (error) throw error;
    return reply;
  }
}

/** Runs `begin`. What it writes to each of the sockets leaves as one write. */
export function corked<R>(servers: readonly IoredisServer[], begin: () => R): R {
  const sockets = servers.flatMap(({ stream }) => stream ?? []);
  for (const socket of sockets) socket.cork();
  try {
    return begin();
  } finally {
    for (const socket of sockets) socket.uncork();
  }
}
