import { type AddressInfo, connect, createServer, type Socket } from "node:net";
import { setTimeout as wait } from "node:timers/promises";
import { cacheBackend, cacheValue } from "@hitbox/core";
import { freePort, type RedisServer, startRedis } from "@hitbox/test-servers";
import { afterEach, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import type { redis as Redis } from "../src/index.ts";
import { AT_ONCE, entry, FAR_DEADLINE, failureOf, SLACK, succeeds, textOf, until } from "./support.ts";

/** Sockets and servers that hold this process open. */
function openHandles(): number {
  return process.getActiveResourcesInfo().filter((name) => name.startsWith("TCP")).length;
}

describe.each(["ioredis", "ioredis5"])("a client of our own, %s", (library) => {
  let redis: typeof Redis;
  let server: RedisServer;
  let tier: ReturnType<typeof Redis>;
  const print = vi.spyOn(console, "error");

  beforeAll(async () => {
    vi.resetModules();
    vi.doMock("ioredis", () => vi.importActual(library));
    ({ redis } = await import("../src/index.ts"));
  });
  beforeEach(async () => {
    server = await startRedis();
  });
  afterEach(async () => {
    await tier.close?.();
    await server.close();
    expect(print).not.toHaveBeenCalled();
  });

  it("is connected by the time of the first answer", async () => {
    tier = redis({ url: server.url });
    await tier.write("key", entry("value"));
    expect(textOf(await tier.read("key"))).toBe("value");
  });

  it("uses the database and the password of the url", async () => {
    const locked = await startRedis({ args: ["--requirepass", "secret"] });
    tier = redis({ url: `redis://:secret@127.0.0.1:${locked.port}/3` });
    await tier.write("key", entry("value"));
    const other = redis({ url: `redis://:secret@127.0.0.1:${locked.port}` });
    expect(await other.read("key")).toBeUndefined();
    await other.close?.();
    await locked.close();
  });

  it("says that a password is wrong, which no retry helps", async () => {
    const locked = await startRedis({ args: ["--requirepass", "secret"] });
    tier = redis({ url: `redis://:wrong@127.0.0.1:${locked.port}` });
    const { code, error } = await failureOf(() => tier.read("key"));
    expect([code, error.retryable]).toEqual(["internal", false]);
    expect(error.message).toContain("WRONGPASS");
    await locked.close();
  });

  it("fails at once and says why while nothing listens, and works soon after somebody does", async () => {
    const port = await freePort();
    tier = redis({ url: `redis://127.0.0.1:${port}`, timeout: FAR_DEADLINE });
    for (let round = 0; round < 5; round++) {
      const { code, ms, error } = await failureOf(() => tier.read("key"));
      expect(code).toBe("connection");
      expect(error.message).toContain("ECONNREFUSED");
      expect(ms).toBeLessThan(AT_ONCE);
    }
    const late = await startRedis({ port });
    await until(succeeds(() => tier.read("key")));
    await late.close();
  });

  it("fails what is under way when the connection breaks, at once and for good", async () => {
    tier = redis({ url: server.url, timeout: FAR_DEADLINE });
    await tier.read("key");
    server.stop();
    const failing = [
      failureOf(() => cacheBackend(tier).set("key", cacheValue("old"))),
      failureOf(() =>
        cacheBackend(tier).setMany([
          ["a", cacheValue("old")],
          ["b", cacheValue("old")],
        ]),
      ),
      failureOf(() => cacheBackend(tier).get("key")),
    ];
    await server.restart();
    for (const { code, ms } of await Promise.all(failing)) {
      expect(code).toBe("connection");
      expect(ms).toBeLessThan(AT_ONCE);
    }
    await until(succeeds(() => tier.read("key")));
    expect(await tier.readMany?.(["key", "a", "b"])).toEqual([undefined, undefined, undefined]);
  });

  it("is back soon after each restart", async () => {
    tier = redis({ url: server.url });
    await tier.read("key");
    for (let round = 0; round < 2; round++) {
      await server.kill();
      await wait(1_500);
      expect((await failureOf(() => tier.read("key"))).code).toBe("connection");
      await server.restart();
      await until(succeeds(() => tier.read("key")));
    }
  });

  it("gives up a connection that has gone silent, and makes a new one", async () => {
    const pipes: Socket[] = [];
    const proxy = createServer((socket) => {
      const onward = connect(server.port, "127.0.0.1");
      socket.pipe(onward).pipe(socket);
      pipes.push(
        socket.on("error", () => {}),
        onward.on("error", () => {}),
      );
    });
    await new Promise<void>((resolve) => proxy.listen(0, "127.0.0.1", resolve));
    tier = redis({ url: `redis://127.0.0.1:${(proxy.address() as AddressInfo).port}`, timeout: 300 });
    await until(succeeds(() => tier.read("key")));
    for (const pipe of pipes) pipe.unpipe().pause();
    expect((await failureOf(() => tier.read("key"))).code).toBe("timeout");
    await until(succeeds(() => tier.read("key")));
    await tier.close?.();
    proxy.close();
    for (const pipe of pipes) pipe.destroy();
  });

  it.each(["idle", "silent", "killed", "connecting"] as const)(
    "leaves nothing open after close (server: %s)",
    async (state) => {
      await until(() => openHandles() === 0);
      tier = redis({ url: server.url, timeout: 300 });
      if (state !== "connecting") await until(succeeds(() => tier.read("key")));
      if (state === "silent") server.stop();
      if (state === "killed") await server.kill();
      const start = performance.now();
      await tier.close?.();
      expect(performance.now() - start).toBeLessThan(SLACK);
      await until(() => openHandles() === 0);
    },
  );

  it("waits with its close for what is under way", async () => {
    tier = redis({ url: server.url });
    await tier.read("key");
    server.stop();
    const writing = tier.write("key", entry("value"));
    const closing = tier.close?.();
    await wait(300);
    server.resume();
    await expect(writing).resolves.toBeUndefined();
    await closing;
  });
});
