import { once } from "node:events";
import { type AddressInfo, createServer } from "node:net";
import { setTimeout as wait } from "node:timers/promises";
import { cacheBackend } from "@hitbox/core";
import { uncaught } from "@hitbox/test-support";
import { createClient } from "node-redis6";
import { expect, it, onTestFinished } from "vitest";
import { type RedisClient, type RedisOptions, redis } from "../../src/index.ts";
import { failureOf, until } from "../support.ts";
import { startLyingServer } from "./lying-server.ts";

it.each([
  ["line", "+", "the server sent a line that is too long"],
  ["string", "$1000000\r\n", "the server refused AUTH: reply too long"],
])("a login whose reply is a %s that never ends fails, and is not kept", async (_, start, reason) => {
  const sent: number[] = [];
  const server = createServer((socket) => {
    const reply = Buffer.alloc(2 ** 19, "x");
    socket.on("error", () => {}).once("data", () => socket.write(Buffer.concat([Buffer.from(start), reply])));
    socket.on("close", () => sent.push(socket.bytesWritten));
  }).listen(0, "127.0.0.1");
  onTestFinished(() => void server.close());
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  const backend = cacheBackend(redis({ url: `redis://:secret@127.0.0.1:${port}`, timeout: 5_000 }));
  onTestFinished(() => backend.close());
  const { error } = await failureOf(() => backend.get("key"));
  expect(error.message).toContain(reason);
  await until(() => sent.length > 0);
});

const LIBRARIES: Readonly<Record<string, (port: number) => Promise<RedisOptions>>> = {
  ioredis: async (port) => ({ url: `redis://127.0.0.1:${port}` }),
  "node-redis": async (port) => {
    const client = createClient({ url: `redis://127.0.0.1:${port}` });
    client.on("error", () => {});
    await client.connect();
    onTestFinished(() => void (client.isOpen && client.destroy()));
    return { client: client as unknown as RedisClient };
  },
};

it.each(Object.entries(LIBRARIES))(
  "a tracking message without a key ends no process, over %s",
  async (_, optionsOf) => {
    const errors = uncaught();
    const server = await startLyingServer();
    server.lie = [Buffer.from("*2\r\n:5\r\n$1\r\na\r\n")];
    onTestFinished(() => server.close());
    const tier = redis({ ...(await optionsOf(server.port)), coherence: "tracking", onWarning() {} });
    const stop = tier.watch?.({ changed() {}, lost() {}, restored() {} });
    await wait(100);
    stop?.();
    await tier.close?.();
    expect(errors).toEqual([]);
  },
);
