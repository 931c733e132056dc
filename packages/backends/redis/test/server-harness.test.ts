import { readdir, rm } from "node:fs/promises";
import { connect } from "node:net";
import { type RedisServer, redisCommand, startRedis } from "@hitbox/test-servers";
import { temporaryFolder, until } from "@hitbox/test-support";
import { afterEach, describe, expect, it } from "vitest";

let server: RedisServer | undefined;
afterEach(async () => {
  delete process.env.REDIS_SERVER;
  await server?.close();
  server = undefined;
});

/** The first line that a server answers PING with; undefined where there is none within 100 ms. */
function ping({ port }: RedisServer): Promise<string | undefined> {
  return new Promise((resolve) => {
    const socket = connect(port, "127.0.0.1", () => socket.write("PING\r\n"));
    const end = (answer?: string): void => {
      socket.destroy();
      resolve(answer);
    };
    socket.once("data", (bytes) => end(bytes.toString().trim()));
    socket.once("error", () => end());
    socket.setTimeout(100, () => end());
  });
}

describe("a server for tests", () => {
  it("answers when it has started, falls silent, comes back, dies and is restarted on its port", async () => {
    server = await startRedis();
    expect(server.url).toBe(`redis://127.0.0.1:${server.port}`);
    expect(await ping(server)).toBe("+PONG");
    server.stop();
    expect(await ping(server)).toBeUndefined();
    server.resume();
    expect(await ping(server)).toBe("+PONG");
    await server.kill();
    expect(await ping(server)).toBeUndefined();
    await server.restart();
    expect(await ping(server)).toBe("+PONG");
  });

  it("takes further arguments, and is ready with a password too", async () => {
    server = await startRedis({ args: ["--requirepass", "secret"] });
    expect(await ping(server)).toContain("NOAUTH");
  });

  it("leaves nothing of what a master has sent it for the next server", async () => {
    const folder = await temporaryFolder();
    const master = await startRedis({ args: ["--repl-diskless-sync-delay", "0"] });
    server = await startRedis({ args: ["--dir", folder] });
    await redisCommand(master.port, "SET", "key", "value");
    await redisCommand(server.port, "REPLICAOF", "127.0.0.1", `${master.port}`);
    const { port } = server;
    await until(async () => (await redisCommand(port, "DBSIZE")) === "1");
    await master.close();
    expect(await readdir(folder)).toEqual([]);
    await rm(folder, { recursive: true });
  });

  it("says what is wrong when it cannot start", async () => {
    server = await startRedis();
    await expect(startRedis({ port: server.port })).rejects.toThrow("Address already in use");
  });

  it("says how to install a program that is not there", async () => {
    process.env.REDIS_SERVER = "/no/such/redis-server";
    await expect(startRedis()).rejects.toThrow(/"\/no\/such\/redis-server" was not found.*apt-get install/s);
  });
});
