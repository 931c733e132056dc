import { setTimeout as wait } from "node:timers/promises";
import { type RedisSentinelServers, redisCommand, startRedisSentinel } from "@hitbox/test-servers";
import { Redis } from "ioredis";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { redis } from "../../src/index.ts";
import { until } from "../support.ts";
import { Notes } from "./support.ts";

let group: RedisSentinelServers;
beforeEach(async () => {
  group = await startRedisSentinel();
});
afterEach(() => group.close());

const set = async (key: string): Promise<unknown> =>
  redisCommand((await group.master()).port, "SET", `hitbox::${key}`, "1");

describe("tracking of a Sentinel group", () => {
  it.each(["kill", "stop"] as const)(
    "is lost when the master is gone (%s), and restored on the next",
    async (how) => {
      const backend = redis({ sentinels: group.urls, name: group.name, coherence: "tracking" });
      const notes = new Notes();
      backend.watch?.(notes);
      await notes.up();
      await set("a");
      await until(() => notes.count("a") === 1);
      const first = await group.master();
      await first[how]();
      await until(() => notes.count("<lost>") === 1);
      await until(async () => (await group.master()) !== first);
      await notes.up();
      await set("b");
      await until(() => notes.count("b") === 1);
      await backend.close?.();
      first.resume();
    },
  );

  it("opens while a sentinel hangs, with a client that waits for it for ever", async () => {
    const client = new Redis({
      sentinels: group.sentinels.map(({ port }) => ({ host: "127.0.0.1", port })),
      name: group.name,
    });
    const backend = redis({ client, coherence: "tracking" });
    const notes = new Notes();
    await until(() => client.status === "ready");
    group.sentinels[0]?.stop();
    backend.watch?.(notes);
    await notes.up();
    await set("a");
    await until(() => notes.count("a") === 1);
    await backend.close?.();
    client.disconnect();
  });

  it("follows a failover in which the old master lives on", async () => {
    const backend = redis({ sentinels: group.urls, name: group.name, coherence: "tracking" });
    const notes = new Notes();
    backend.watch?.(notes);
    await notes.up();
    const first = await group.master();
    await redisCommand(group.sentinels[0]?.port ?? 0, "SENTINEL", "FAILOVER", group.name);
    await until(async () => (await group.master()) !== first);
    await until(() => notes.count("<lost>") > 0);
    await until(async () => {
      await set("b");
      await wait(50);
      return notes.isUp && notes.count("b") > 0;
    });
    expect(notes.isUp).toBe(true);
    await backend.close?.();
  });
});
