import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Server, type Socket } from "node:net";
import { setTimeout as wait } from "node:timers/promises";
import { type RedisServer, redisCommand, startRedis } from "@hitbox/test-servers";
import { Redis } from "ioredis";
import { afterEach, beforeEach, describe, it } from "vitest";
import { redis } from "../../src/index.ts";
import { until } from "../support.ts";
import { Notes } from "./support.ts";

const HEARTBEAT = 400;

let server: RedisServer;
let proxy: Server;
/** The server's ends of the connections that went through the proxy, in the order in which they were made. */
let ends: Socket[];
beforeEach(async () => {
  server = await startRedis();
  ends = [];
  proxy = createServer((client) => {
    const end = connect(server.port, "127.0.0.1");
    ends.push(end);
    client.on("error", () => {}).on("close", () => end.destroy());
    end.on("error", () => {}).on("close", () => client.destroy());
    client.pipe(end);
    end.on("data", (bytes) => void client.write(bytes));
  }).listen(0, "127.0.0.1");
  await once(proxy, "listening");
});
afterEach(async () => {
  for (const end of ends) end.destroy();
  proxy.close();
  await server.close();
});

describe.each(["tracking", "bus"] as const)("a connection that has gone silent unnoticed, by %s,", (by) => {
  it.each([
    ["the data connection", 0],
    ["the subscription", 1],
  ])("is noticed within a heartbeat: %s", async (_, index) => {
    const client = new Redis((proxy.address() as AddressInfo).port);
    const backend = redis({ client, coherence: { by, heartbeat: HEARTBEAT } });
    const notes = new Notes();
    backend.watch?.(notes);
    await notes.up();
    notes.clear();
    await wait(50);
    ends[index]?.pause();
    await until(() => notes.count("<lost>") === 1);
    // The data connection is the caller's: it is waited for. The subscription is ours, and is made anew.
    if (index === 0) ends[0]?.resume();
    await notes.up();
    if (by === "tracking") {
      await redisCommand(server.port, "SET", "hitbox::key", "1");
      await until(() => notes.count("key") === 1);
    }
    await backend.close?.();
    client.disconnect();
  });
});
