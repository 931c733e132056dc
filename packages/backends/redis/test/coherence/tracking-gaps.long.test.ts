import type { Backend } from "@hitbox/core";
import { type RedisServer, redisCommand, startRedis } from "@hitbox/test-servers";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { redis } from "../../src/index.ts";
import { CLIENTS, entry, succeeds, until } from "../support.ts";
import { Notes } from "./support.ts";

const HEARTBEAT = 400;

let server: RedisServer;
beforeEach(async () => {
  server = await startRedis();
});
afterEach(() => server.close());

describe.each(CLIENTS)("a gap in tracking, $version,", ({ Redis }) => {
  let client: InstanceType<typeof Redis>;
  let backend: Backend;
  let notes: Notes;
  beforeEach(async () => {
    client = new Redis(server.port, { retryStrategy: () => 20 });
    client.on("error", () => {});
    backend = redis({ client, prefix: "shop", coherence: { by: "tracking", heartbeat: HEARTBEAT } });
    notes = new Notes();
    backend.watch?.(notes);
    await notes.up();
  });
  afterEach(async () => {
    await backend.close?.();
    client.disconnect();
  });

  const hears = async (): Promise<void> => {
    await notes.up();
    notes.clear();
    await redisCommand(server.port, "SET", "shop::key", "1");
    await until(() => notes.count("key") === 1);
  };

  it.each(["pubsub", "normal"])(
    "is told when the %s connection is killed, and when it is over",
    async (type) => {
      notes.clear();
      await redisCommand(server.port, "CLIENT", "KILL", "TYPE", type);
      await until(() => notes.count("<restored>") === 1);
      expect(notes.all).toEqual(["<lost>", "<restored>"]);
      await hears();
    },
  );

  it("is told when the server is killed, and is over soon after it is back", async () => {
    notes.clear();
    await server.kill();
    await until(() => notes.count("<lost>") === 1);
    await server.restart();
    await until(() => notes.isUp);
    await hears();
  });

  it("is told within a heartbeat when the server is silent", async () => {
    notes.clear();
    server.stop();
    await until(() => notes.count("<lost>") === 1);
    await aWhile();
    expect(notes.all).toEqual(["<lost>"]);
    server.resume();
    await until(() => notes.isUp);
    await hears();
  });

  it("is told within a heartbeat when somebody turns tracking off", async () => {
    notes.clear();
    await client.call("CLIENT", "TRACKING", "OFF");
    await until(() => notes.count("<lost>") === 1);
    await hears();
  });

  it("leaves no connection and no listener behind, thirty times", async () => {
    const connections = async (): Promise<number> =>
      (await redisCommand(server.port, "CLIENT", "LIST")).split("\n").filter((line) => line.includes("id="))
        .length;
    const listeners = (): number[] => client.eventNames().map((event) => client.listenerCount(event));
    const [before, listening] = [await connections(), listeners()];
    for (let round = 0; round < 30; round++) {
      notes.clear();
      await redisCommand(server.port, "CLIENT", "KILL", "TYPE", round % 2 === 0 ? "pubsub" : "normal");
      await until(() => notes.count("<restored>") === 1);
    }
    await until(succeeds(() => backend.write("key", entry("value"))));
    expect(listeners()).toEqual(listening);
    await until(async () => (await connections()) === before);
  });

  /** Half a second in which the event loop turns: longer than any attempt to hear again. */
  const aWhile = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 500));
});
