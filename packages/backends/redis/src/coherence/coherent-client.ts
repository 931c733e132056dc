import type { RedisClient } from "../redis-client.ts";

/** What is called of an ioredis client besides, so that changes are heard. */
export interface CoherentClient extends RedisClient {
  call(command: string, ...words: string[]): Promise<unknown>;
  publish(channel: string, message: string): Promise<unknown>;
  duplicate(settings: object): unknown;
}

/** A connection in RESP2, of our own, that subscribes. */
export interface SubscriberClient {
  readonly stream?: { unref(): unknown } | undefined;
  connect(): Promise<void>;
  call(command: string, ...words: string[]): Promise<unknown>;
  subscribe(...channels: string[]): Promise<unknown>;
  ping(): Promise<unknown>;
  disconnect(): void;
  on(event: "error" | "connect" | "close" | "end", listener: () => void): unknown;
  on(event: "messageBuffer", listener: (channel: Buffer, message: unknown) => void): unknown;
}

const CALLED = ["call", "publish", "duplicate"] as const;

export function isCoherent(client: RedisClient): client is CoherentClient {
  const members = client as unknown as Record<string, unknown>;
  return CALLED.every((name) => typeof members[name] === "function");
}
