import { rm } from "node:fs/promises";
import { cacheBackend, cacheValue } from "@hitbox/core";
import { type RedisServer, redisCommand, startRedis } from "@hitbox/test-servers";
import { temporaryFolder } from "@hitbox/test-support";
import { expect, it, onTestFinished } from "vitest";
import { redis } from "../src/index.ts";
import { failureOf, succeeds, until } from "./support.ts";

async function started(args: readonly string[] = []): Promise<RedisServer> {
  const server = await startRedis({ args });
  onTestFinished(() => server.close());
  return server;
}

function opened(server: RedisServer) {
  const cache = cacheBackend(redis({ url: server.url }));
  onTestFinished(() => cache.close());
  return cache;
}

it("a server that cannot save refuses writes by name, answers reads, and takes writes again", async () => {
  const folder = await temporaryFolder();
  const server = await started(["--dir", folder, "--save", "3600", "1"]);
  const cache = opened(server);
  await cache.set("key", cacheValue("old"));
  const { fence } = await cache.lease("free", 60_000);
  await rm(folder, { recursive: true });
  await redisCommand(server.port, "BGSAVE");
  await until(async () => {
    const info = await redisCommand(server.port, "INFO", "persistence");
    return info.includes("rdb_last_bgsave_status:err");
  });
  const writes = [
    () => cache.set("key", cacheValue("new")),
    () => cache.delete("key"),
    () => cache.setMany([["key", cacheValue("new")]]),
    () => cache.lease("other", 1_000),
    () => cache.setFenced("free", cacheValue("new"), fence),
  ];
  for (const write of writes) {
    const { code, error } = await failureOf(write);
    expect([code, error.message]).toEqual(["unavailable", expect.stringContaining("MISCONF")]);
  }
  expect((await cache.get("key"))?.data).toBe("old");
  await redisCommand(server.port, "CONFIG", "SET", "stop-writes-on-bgsave-error", "no");
  await cache.set("key", cacheValue("new"));
  expect((await cache.get("key"))?.data).toBe("new");
});

it("a server that loads its data is unavailable, and is used again once it has", async () => {
  const [master, server] = await Promise.all([started(["--repl-diskless-sync-delay", "0"]), started()]);
  await redisCommand(master.port, "EVAL", FILL, "0");
  const cache = opened(server);
  await cache.set("key", cacheValue("value"));
  const slowly = [
    ["key-load-delay", "20000"],
    ["loading-process-events-interval-bytes", "1024"],
  ] as const;
  for (const setting of slowly) await redisCommand(server.port, "CONFIG", "SET", ...setting);
  await redisCommand(server.port, "REPLICAOF", "127.0.0.1", `${master.port}`);
  await until(async () => {
    const failure = await failureOf(() => cache.get("key")).catch(() => undefined);
    return failure?.code === "unavailable" && failure.error.message.includes("LOADING");
  });
  await redisCommand(server.port, "CONFIG", "SET", "key-load-delay", "0");
  await until(async () =>
    (await redisCommand(server.port, "INFO", "replication")).includes("link_status:up"),
  );
  await redisCommand(server.port, "REPLICAOF", "NO", "ONE");
  await until(succeeds(() => cache.set("key", cacheValue("after"))));
  expect((await cache.get("key"))?.data).toBe("after");
});

const FILL = "for i = 1, 500 do redis.call('SET', 'key:' .. i, string.rep('x', 1024)) end";
