import { cacheBackend, cacheValue } from "@hitbox/core";
import {
  type Certificate,
  freePort,
  makeCertificate,
  redisCommand,
  startRedis,
  startRedisCluster,
  startRedisSentinel,
} from "@hitbox/test-servers";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type RedisOptions, redis } from "../src/index.ts";
import { failureOf } from "./support.ts";

let certificate: Certificate;
beforeAll(async () => {
  certificate = await makeCertificate();
});
afterAll(() => certificate.remove());

/** Returns once the connection is there over which changes are heard. */
async function hearsChanges(options: RedisOptions): Promise<void> {
  const tier = redis(options);
  await new Promise<void>((restored) =>
    tier.watch?.({ changed() {}, lost() {}, restored: () => restored() }),
  );
  await tier.close?.();
}

async function roundTrip(options: RedisOptions): Promise<unknown> {
  // No test of deadlines: a busy machine takes its time for a dozen handshakes.
  const cache = cacheBackend(redis({ timeout: 20_000, ...options } as RedisOptions));
  try {
    await cache.setMany([
      ["a", cacheValue("first")],
      ["b", cacheValue("second")],
    ]);
    return (await cache.getMany<string>(["a", "b"])).map((value) => value?.data);
  } finally {
    await cache.close();
  }
}

const BOTH = ["first", "second"];

describe("over TLS", () => {
  it("a server is served, to an ACL user in a database of its own", async () => {
    const port = await freePort();
    const server = await startRedis({ args: ["--tls-port", `${port}`, ...certificate.args] });
    await redisCommand(server.port, "ACL", "SETUSER", "shop", "on", ">p@ss:word", "+@all", "~hitbox::*");
    const login = { username: "shop", password: "p@ss:word", database: 3, tls: { ca: certificate.text } };
    expect(await roundTrip({ url: `rediss://localhost:${port}`, ...login })).toEqual(BOTH);
    const url = `rediss://shop:${encodeURIComponent(login.password)}@localhost:${port}/3`;
    expect(await roundTrip({ url, tls: login.tls })).toEqual(BOTH);
    expect(await redisCommand(server.port, "INFO", "keyspace")).toContain("db3:keys=2");
    await server.close();
  });

  it("a server whose certificate nobody vouches for is refused", async () => {
    const port = await freePort();
    const server = await startRedis({ args: ["--tls-port", `${port}`, ...certificate.args] });
    const tier = redis({ url: `rediss://localhost:${port}` });
    const { code, error } = await failureOf(() => tier.read("key"));
    expect([code, error.message]).toEqual(["connection", expect.stringContaining("self-signed certificate")]);
    await tier.close?.();
    await server.close();
  });

  it("a server without TLS is told apart from one that is away", async () => {
    const server = await startRedis();
    const tier = redis({ url: `rediss://localhost:${server.port}`, timeout: 300 });
    const { code, error } = await failureOf(() => tier.read("key"));
    expect(code).toBe("connection");
    expect(error.message).toMatch(/no answer to the TLS handshake; if the server has no TLS, write redis:/);
    await tier.close?.();
    await server.close();
  });

  it("a cluster is served, to an ACL user", async () => {
    const cluster = await startRedisCluster({ certificate });
    for (const { port } of cluster.nodes) {
      await redisCommand(port, "ACL", "SETUSER", "shop", "on", ">secret", "+@all", "~hitbox::*");
    }
    const [first = ""] = cluster.secureUrls;
    const tls = { ca: certificate.text };
    expect(await roundTrip({ cluster: [first.replace("//", "//shop:secret@")], tls })).toEqual(BOTH);
    expect(await roundTrip({ cluster: [first], username: "shop", password: "secret", tls })).toEqual(BOTH);
    await cluster.close();
  });

  it("a master is found by its sentinels, served and listened to, as they are, with passwords", async () => {
    const group = await startRedisSentinel({ certificate });
    for (const { port } of group.servers) {
      await redisCommand(port, "ACL", "SETUSER", "shop", "on", ">secret", "+@all", "~hitbox::*", "&*");
    }
    for (const { port } of group.sentinels) {
      await redisCommand(port, "ACL", "SETUSER", "finder", "on", ">other", "+@all");
    }
    const options = { name: group.name, username: "shop", password: "secret", tls: { ca: certificate.text } };
    const sentinels = group.secureUrls.map((url) => url.replace("//", "//finder:other@"));
    expect(await roundTrip({ sentinels, ...options })).toEqual(BOTH);
    await hearsChanges({ sentinels, ...options, coherence: "tracking" });
    await group.close();
  });
});
