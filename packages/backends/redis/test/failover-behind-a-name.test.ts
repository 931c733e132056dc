import { type Backend, cacheBackend, cacheValue } from "@hitbox/core";
import { type RedisServer, redisCommand, startRedis } from "@hitbox/test-servers";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { redis } from "../src/index.ts";
import { Notes } from "./coherence/support.ts";
import { AT_ONCE, entry, failureOf, succeeds, textOf, until } from "./support.ts";
import { type SwitchingProxy, startSwitchingProxy } from "./switching-proxy.ts";

let old: RedisServer;
let next: RedisServer;
let proxy: SwitchingProxy;
let opened: Backend[];
beforeEach(async () => {
  [old, next] = await Promise.all([startRedis(), startRedis()]);
  proxy = await startSwitchingProxy(old.port);
  opened = [];
});
afterEach(async () => {
  await Promise.all(opened.map((backend) => backend.close?.()));
  await proxy.close();
  await Promise.all([old.close(), next.close()]);
});

function open(options: { coherence?: "tracking" | "bus" } = {}): Required<Backend> {
  const backend = redis({ url: proxy.url, prefix: "shop", ...options });
  opened.push(backend);
  return backend as Required<Backend>;
}

/** The old master becomes a replica of the next one. Its connections stay. */
async function failover(): Promise<void> {
  proxy.lead(next.port);
  await redisCommand(old.port, "REPLICAOF", "127.0.0.1", next.port);
}

describe("a failover behind one name", () => {
  it("is followed by the first write that the old master refuses", async () => {
    const tier = open();
    await tier.write("before", entry("1"));
    await failover();
    const { code, error } = await failureOf(() => redisWrite(tier));
    expect([code, error.message]).toEqual(["unavailable", expect.stringContaining("READONLY")]);
    expect(await until(succeeds(() => tier.write("key", entry("2"))))).toBeLessThan(AT_ONCE);
    expect(textOf(await tier.read("key"))).toBe("2");
    expect(await redisCommand(next.port, "EXISTS", "shop::key")).toBe("1");
  });

  it("is followed by a lease that the old master refuses", async () => {
    const tier = open();
    await tier.lease("before", 1_000);
    await failover();
    expect(await until(succeeds(() => tier.lease("key", 1_000)))).toBeLessThan(AT_ONCE);
  });

  it("is followed once the name leads to the new master", async () => {
    const tier = open();
    await tier.write("before", entry("1"));
    await redisCommand(old.port, "REPLICAOF", "127.0.0.1", next.port);
    for (let round = 0; round < 20; round++) {
      expect(await succeeds(() => tier.write("key", entry("2")))()).toBe(false);
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    // It has come back to the same server, and not twenty times.
    expect(Number(/total_connections_received:(\d+)/.exec(await info(old))?.[1])).toBeLessThan(30);
    proxy.lead(next.port);
    expect(await until(succeeds(() => tier.write("key", entry("2"))))).toBeLessThan(AT_ONCE);
  });

  it("leaves a replica that has lost its master, too", async () => {
    await redisCommand(old.port, "CONFIG", "SET", "replica-serve-stale-data", "no");
    const tier = open();
    await tier.read("before");
    await redisCommand(old.port, "REPLICAOF", "127.0.0.1", 1);
    proxy.lead(next.port);
    expect(await until(succeeds(() => tier.read("key")))).toBeLessThan(AT_ONCE);
  });

  it.each(["tracking", "bus"] as const)("takes %s along", async (coherence) => {
    const [mine, other] = [open({ coherence }), open({ coherence })];
    const notes = new Notes();
    mine.watch(notes);
    await notes.up();
    await other.write("before", entry("1"));
    await until(() => notes.count("before") === 1);
    await failover();
    for (const tier of [mine, other]) {
      expect(await until(succeeds(() => tier.write("key", entry("2"))))).toBeLessThan(AT_ONCE);
    }
    await notes.up();
    expect(notes.count("<lost>")).toBeGreaterThan(0);
    // The old master is gone for good: nothing is heard by way of it.
    await old.kill();
    notes.clear();
    await until(succeeds(() => other.write("after", entry("3"))));
    await until(() => notes.count("after") > 0);
    expect(notes.isUp).toBe(true);
  });
});

function redisWrite(tier: Backend): unknown {
  return cacheBackend(tier).set("key", cacheValue("2"));
}

function info(server: RedisServer): Promise<string> {
  return redisCommand(server.port, "INFO", "stats");
}
