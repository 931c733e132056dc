import type { ClientState, RemovalReply, StopListening, Word } from "../client-port.ts";

/** The type of a bulk string in RESP (`$`). */
const BLOB_STRING = 36;

/** Replies with buffers, and no deadline by the client: each operation has one anyway. */
export const AS_BUFFERS: object = { typeMapping: { [BLOB_STRING]: Buffer }, timeout: undefined };

/** Events of a client that has lost its connection. May come more than once. */
export const LOST: readonly string[] = ["reconnecting", "end", "terminated", "error"];

interface Emitter {
  on(event: string, listener: () => void): unknown;
  off(event: string, listener: () => void): unknown;
}

export function listen(client: Emitter, events: readonly string[], listener: () => void): StopListening {
  for (const event of events) client.on(event, listener);
  return () => {
    for (const event of events) client.off(event, listener);
  };
}

/**
 * The commands about keys, over a node-redis client or cluster. node-redis takes raw commands without its
 * prefix.
 */
export abstract class NodeRedisPort {
  /** A client that has been closed must not be mistaken for one that is not yet connected. */
  #wasOpen = false;

  abstract readonly keyPrefix: string;
  protected abstract readonly client: { readonly isOpen: boolean };
  protected abstract readonly isReady: boolean;
  protected abstract send(key: string, words: Word[], how: "read" | "write"): Promise<unknown>;

  get identity(): object {
    return this.client;
  }

  get state(): ClientState {
    if (this.isReady) {
      this.#wasOpen = true;
      return "ready";
    }
    if (this.client.isOpen) this.#wasOpen = true;
    else return this.#wasOpen ? "down" : "idle";
    return "connecting";
  }

  get status(): string {
    if (this.state === "idle") return "idle: call connect() of the client";
    return this.isReady ? "ready" : this.client.isOpen ? "connecting" : "closed";
  }

  /** node-redis is connected by its owner: a second `connect` would be an error of theirs. */
  connect(): void {}

  get(key: string): Promise<Buffer | null> {
    const at = this.keyPrefix + key;
    return this.send(at, ["GET", at], "read") as Promise<Buffer | null>;
  }

  getMany(keys: readonly string[]): Promise<(Buffer | null)[]> {
    const at = keys.map((key) => this.keyPrefix + key);
    return this.send(at[0] ?? "", ["MGET", ...at], "read") as Promise<(Buffer | null)[]>;
  }

  set(key: string, value: Buffer, lifetime?: Buffer): Promise<unknown> {
    const at = this.keyPrefix + key;
    const words = lifetime === undefined ? ["SET", at, value] : ["SET", at, value, "PX", lifetime];
    return this.send(at, words, "write");
  }

  async remove(key: string): Promise<RemovalReply> {
    const at = this.keyPrefix + key;
    const length = this.send(at, ["STRLEN", at], "write").catch((error: unknown) => error);
    const removed = await this.send(at, ["UNLINK", at], "write");
    return { length: await length, removed };
  }

  unlink(keys: readonly Buffer[]): Promise<unknown> {
    const at = keys.map((key) => Buffer.concat([Buffer.from(this.keyPrefix), key]));
    return this.send(at[0]?.toString() ?? "", ["UNLINK", ...at], "write");
  }

  evaluate(
    command: "evalsha" | "eval",
    script: string,
    key: string,
    args: readonly Word[],
  ): Promise<unknown> {
    const at = this.keyPrefix + key;
    return this.send(at, [command.toUpperCase(), script, "1", at, ...args], "write");
  }

  /** node-redis writes the commands of one turn at once. */
  together<R>(begin: () => R): R {
    return begin();
  }
}
