import { type AddressInfo, createServer, type Socket } from "node:net";
import { type RedisServer, startRedis } from "@hitbox/test-servers";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { redis } from "../src/index.ts";
import { CLIENTS, entry, failureOf, until } from "./support.ts";

/** Commands that ioredis keeps for the next connection. */
interface Queue {
  toArray(): readonly { readonly command: { readonly name: string } }[];
}

describe.each(CLIENTS)("a client that was passed in, $version", ({ Redis }) => {
  let server: RedisServer;
  let client: InstanceType<typeof Redis>;
  beforeEach(async () => {
    server = await startRedis();
    client = new Redis({ port: server.port, retryStrategy: () => 1 });
    client.on("error", () => {});
  });
  afterEach(async () => {
    client.disconnect();
    await server.close();
  });

  const listeners = (): Record<string, number> =>
    Object.fromEntries(client.eventNames().map((event) => [String(event), client.listenerCount(event)]));

  it("is not closed, and its settings are as they were", async () => {
    const settings = JSON.stringify(client.options);
    const tier = redis({ client });
    await tier.write("key", entry("value"));
    await tier.close?.();
    expect(JSON.stringify(client.options)).toBe(settings);
    expect(await client.ping()).toBe("PONG");
  });

  it("has listeners of ours only while an operation waits for its first connection", async () => {
    const sockets: Socket[] = [];
    const silent = createServer((socket) => void sockets.push(socket.on("error", () => {})));
    await new Promise<void>((resolve) => silent.listen(0, "127.0.0.1", resolve));
    client.disconnect();
    client = new Redis({ port: (silent.address() as AddressInfo).port, connectTimeout: 60_000 });
    await until(() => client.status === "connect");
    const before = listeners();
    const tier = redis({ client, timeout: 100 });
    const reading = Array.from({ length: 100 }, () => failureOf(() => tier.read("key")));
    expect(client.listenerCount("ready") - (before.ready ?? 0)).toBe(1);
    await Promise.all(reading);
    expect(listeners()).toEqual(before);
    silent.close();
    for (const socket of sockets) socket.destroy();
  });

  it("gets no command while it is not ready, so that none is executed later", async () => {
    const tier = redis({ client });
    await tier.read("key");
    await server.kill();
    await until(() => client.status === "reconnecting");
    await failureOf(() => tier.write("key", entry("old")));
    const { offlineQueue } = client as unknown as { offlineQueue: Queue };
    const names = offlineQueue.toArray().map(({ command }) => command.name);
    // The client's own: of a handshake with the server that was about to die.
    expect(names.filter((name) => !["client", "hello", "info"].includes(name))).toEqual([]);
  });
});
