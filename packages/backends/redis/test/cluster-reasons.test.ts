import { makeCertificate, redisCommand, startRedis, startRedisCluster } from "@hitbox/test-servers";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { type RedisOptions, redis } from "../src/index.ts";
import { failureOf } from "./support.ts";

const print = (["warn", "error", "log"] as const).map((name) => vi.spyOn(console, name));
beforeEach(() => {
  for (const spy of print) spy.mockClear();
});
afterEach(() => {
  for (const spy of print) expect(spy).not.toHaveBeenCalled();
});

/** The code and the message of the second operation: the first one waits for the connection. */
async function reasonOf(options: RedisOptions): Promise<[code: string, message: string]> {
  const tier = redis(options);
  await failureOf(() => tier.read("key"));
  const { code, error } = await failureOf(() => tier.read("key"));
  await tier.close?.();
  return [code, error.message];
}

describe("a cluster that cannot be connected to", () => {
  it("keeps its reason if its certificate is not trusted", async () => {
    const certificate = await makeCertificate();
    const cluster = await startRedisCluster({ certificate });
    const reason = await reasonOf({ cluster: cluster.secureUrls });
    expect(reason).toEqual(["connection", expect.stringMatching(/self-signed certificate/)]);
    await cluster.close();
    await certificate.remove();
  });

  it("keeps its reason if its name does not resolve", async () => {
    const reason = await reasonOf({ cluster: ["redis://no-such-name.invalid:7000"] });
    expect(reason).toEqual(["connection", expect.stringMatching(/getaddrinfo .*no-such-name\.invalid/)]);
  });

  it("keeps its reason if the password is wrong", async () => {
    const server = await startRedis({ args: ["--requirepass", "secret"] });
    const reason = await reasonOf({ cluster: [`redis://:wrong@127.0.0.1:${server.port}`] });
    expect(reason).toEqual(["internal", expect.stringMatching(/the server refused AUTH: WRONGPASS/)]);
    await server.close();
  });

  it("keeps its reason if the server is no cluster", async () => {
    const server = await startRedis();
    const reason = await reasonOf({ cluster: [server.url] });
    expect(reason[1]).toMatch(/cluster support disabled/);
    await server.close();
  });

  it("keeps its reason if a right is missing", async () => {
    const server = await startRedis();
    await redisCommand(server.port, "ACL", "SETUSER", "user", "reset", "on", ">secret", "~*", "+get");
    const reason = await reasonOf({ cluster: [server.url], username: "user", password: "secret" });
    expect(reason).toEqual(["internal", expect.stringMatching(/NOPERM .*'cluster\|slots'/)]);
    await server.close();
  });
});
