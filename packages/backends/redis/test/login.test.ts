import { once } from "node:events";
import { type AddressInfo, createServer } from "node:net";
import type { Backend } from "@hitbox/core";
import {
  type RedisServer,
  redisCommand,
  startRedis,
  startRedisCluster,
  startRedisSentinel,
} from "@hitbox/test-servers";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { type RedisOptions, redis } from "../src/index.ts";
import { Notes } from "./coherence/support.ts";
import { AT_ONCE, entry, failureOf, succeeds, textOf, until } from "./support.ts";

let server: RedisServer;
let opened: Backend[];
beforeEach(async () => {
  server = await startRedis();
  opened = [];
});
afterEach(async () => {
  await Promise.all(opened.map((backend) => backend.close?.()));
  await server.close();
});

function open(options: object): Required<Backend> {
  const backend = redis(options as RedisOptions);
  opened.push(backend);
  return backend as Required<Backend>;
}

/** Makes a user who may run everything, with this password from now on. */
function user(name: string, password: string, ...rights: string[]): Promise<string> {
  const all = ["~*", "&*", "+@all", ...rights];
  return redisCommand(server.port, "ACL", "SETUSER", name, "reset", "on", `>${password}`, ...all);
}

function urlOf(login: string, path = ""): string {
  return `redis://${login}@127.0.0.1:${server.port}${path}`;
}

describe("the database", () => {
  it("is not replaced by another one if the server does not have it: every operation fails", async () => {
    const tier = open({ url: server.url, database: 20 });
    for (const run of [
      () => tier.read("key"),
      () => tier.write("key", entry("value")),
      () => tier.remove("key"),
      () => tier.lease("key", 1_000),
      () => tier.clear(),
    ]) {
      const { code, error } = await failureOf(run);
      expect(code).toBe("internal");
      expect(error.message).toContain("the server refused SELECT: ERR DB index is out of range");
    }
    expect(await redisCommand(server.port, "DBSIZE")).toBe("0");
  });

  it("is not replaced by another one if the user may not select it", async () => {
    await user("shop", "secret", "-select");
    const tier = open({ url: urlOf("shop:secret", "/3") });
    const { code, error } = await failureOf(() => tier.write("key", entry("value")));
    expect(code).toBe("internal");
    expect(error.message).toMatch(/the server refused SELECT: NOPERM .*'select'/);
    expect(await redisCommand(server.port, "DBSIZE")).toBe("0");
  });

  it("is served when the right comes", async () => {
    await user("shop", "secret", "-select");
    const tier = open({ url: urlOf("shop:secret", "/3") });
    await failureOf(() => tier.read("key"));
    await user("shop", "secret");
    expect(await until(succeeds(() => tier.write("key", entry("value"))))).toBeLessThan(AT_ONCE);
    expect(await redisCommand(server.port, "INFO", "keyspace")).toContain("db3:keys=1");
  });
});

describe("the password", () => {
  it.each([
    ["at once", () => "first"],
    ["later", async () => "first"],
  ])("comes from a function, %s", async (_, password) => {
    await user("shop", "first");
    const tier = open({ url: server.url, username: "shop", password });
    await tier.write("key", entry("value"));
    expect(textOf(await tier.read("key"))).toBe("value");
  });

  it("is asked for again at each connection, of the subscription too", async () => {
    let current = "first";
    await user("shop", current);
    const password = vi.fn(async () => current);
    const tier = open({ url: server.url, username: "shop", password, coherence: "tracking" });
    const notes = new Notes();
    tier.watch(notes);
    await notes.up();
    expect(password).toHaveBeenCalledTimes(2);
    current = "second";
    await user("shop", current);
    await redisCommand(server.port, "CLIENT", "KILL", "TYPE", "normal");
    await redisCommand(server.port, "CLIENT", "KILL", "TYPE", "pubsub");
    expect(await until(succeeds(() => tier.write("key", entry("value"))))).toBeLessThan(AT_ONCE);
    await notes.up();
    expect(password.mock.calls.length).toBeGreaterThan(3);
  });

  it("comes from a function in a cluster", async () => {
    const cluster = await startRedisCluster();
    for (const { port } of cluster.nodes) {
      await redisCommand(port, "ACL", "SETUSER", "shop", "on", ">token", "~*", "&*", "+@all");
    }
    const login = { username: "shop", password: async () => "token" };
    const tier = open({ cluster: cluster.urls, ...login, coherence: "bus" });
    const notes = new Notes();
    tier.watch(notes);
    await notes.up();
    await tier.writeMany(["a", "b", "c", "d"].map((key) => [key, entry(key)] as const));
    expect((await tier.readMany(["a", "b", "c", "d"])).map(textOf)).toEqual(["a", "b", "c", "d"]);
    await opened.pop()?.close?.();
    await cluster.close();
  });

  it("comes from a function for the master that sentinels name", async () => {
    const group = await startRedisSentinel();
    for (const { port } of group.servers) {
      await redisCommand(port, "ACL", "SETUSER", "shop", "on", ">token", "~*", "&*", "+@all");
    }
    const login = { username: "shop", password: () => "token" };
    const tier = open({ sentinels: group.urls, name: group.name, ...login });
    await tier.write("key", entry("value"));
    expect(textOf(await tier.read("key"))).toBe("value");
    await opened.pop()?.close?.();
    await group.close();
  });

  it.each([
    ["it throws", () => Promise.reject(new Error("no token")), "the `password` function failed"],
    ["it gives no text", () => 5 as unknown as string, "must give a string; got number"],
  ])("is asked for again if its function fails every operation, since %s", async (_, password, message) => {
    const asked = vi.fn<() => string | Promise<string>>(password);
    const tier = open({ url: server.url, username: "shop", password: asked });
    const { code, error } = await failureOf(() => tier.read("key"));
    expect([code, error.message]).toEqual(["connection", expect.stringContaining(message)]);
    await until(() => asked.mock.calls.length > 2);
  });

  it("fails every operation at its deadline if its function never answers", async () => {
    const never = (): Promise<string> => new Promise(() => {});
    const tier = open({ url: server.url, timeout: 100, username: "shop", password: never });
    const { code, error } = await failureOf(() => tier.read("key"));
    const message = expect.stringContaining("the `password` function has not answered");
    expect([code, error.message]).toEqual(["connection", message]);
  });

  it("is the reason why every operation fails as long as the server has not answered to it", async () => {
    const silent = createServer().listen(0, "127.0.0.1");
    await once(silent, "listening");
    const { port } = silent.address() as AddressInfo;
    const tier = open({ url: `redis://shop:secret@127.0.0.1:${port}`, timeout: 100 });
    const { code, error } = await failureOf(() => tier.read("key"));
    const message = expect.stringContaining("the server has not answered AUTH");
    expect([code, error.message]).toEqual(["connection", message]);
    silent.close();
  });

  it("may be given to a server that does not ask for it, and nothing is printed", async () => {
    const print = (["warn", "error", "log"] as const).map((name) => vi.spyOn(console, name));
    const tier = open({ url: urlOf(":needless") });
    await tier.write("key", entry("value"));
    for (const spy of print) {
      expect(spy).not.toHaveBeenCalled();
      spy.mockRestore();
    }
  });

  it("is written in percent-encoding in a URL", async () => {
    await user("shop", "50%/@:off");
    const tier = open({ url: urlOf(`shop:${encodeURIComponent("50%/@:off")}`) });
    await tier.write("key", entry("value"));
    expect(() => redis({ url: "redis://shop:50%off@127.0.0.1" })).toThrow(
      /^url must have .*write "%" as "%25"/,
    );
    expect(() => redis({ url: "redis://shop:50%off@127.0.0.1" })).not.toThrow(/off/);
  });
});

describe("options of ioredis", () => {
  it("are passed on to every connection", async () => {
    const redisOptions = { connectionName: "shop-cache" };
    const tier = open({ url: server.url, redisOptions, coherence: "tracking" });
    const notes = new Notes();
    tier.watch(notes);
    await notes.up();
    const clients = await redisCommand(server.port, "CLIENT", "LIST");
    expect(clients.match(/name=shop-cache/g)).toHaveLength(2);
  });

  it("are refused if this adapter decides about them, and their values are not shown", () => {
    const redisOptions = { password: "hunter2" } as object;
    expect(() => redis({ url: server.url, redisOptions })).toThrow(
      /^redisOptions must hold no option .*'password'/,
    );
    expect(() => redis({ url: server.url, redisOptions })).not.toThrow(/hunter2/);
  });

  it("a natMap leads to the nodes of a cluster", async () => {
    const cluster = await startRedisCluster();
    const asked = new Set<string>();
    const natMap = (address: string): { host: string; port: number } => {
      asked.add(address);
      return { host: "localhost", port: Number(address.split(":")[1]) };
    };
    const tier = open({ cluster: cluster.urls.slice(0, 1), natMap });
    await tier.writeMany(["a", "b", "c", "d"].map((key) => [key, entry(key)] as const));
    expect(asked.size).toBe(cluster.nodes.length);
    await opened.pop()?.close?.();
    await cluster.close();
  });

  it("a natMap leads to the master that sentinels name", async () => {
    const group = await startRedisSentinel();
    const natMap = Object.fromEntries(
      group.servers.map(({ port }) => [`127.0.0.1:${port}`, { host: "127.0.0.1", port: server.port }]),
    );
    const tier = open({ sentinels: group.urls, name: group.name, natMap });
    await tier.write("key", entry("value"));
    expect(await redisCommand(server.port, "DBSIZE")).toBe("1");
    await opened.pop()?.close?.();
    await group.close();
  });
});
