import { cacheBackend, cacheValue, FENCE_MS } from "@hitbox/core";
import { type RedisServer, startRedis } from "@hitbox/test-servers";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { redis } from "../src/index.ts";
import { CLIENTS, FAR_DEADLINE, failureOf, freshPrefix, until } from "./support.ts";

// By default ioredis sends a command that has had no reply once more, after the next connect.
describe.each(CLIENTS)("what failed, $version", ({ Redis }) => {
  let server: RedisServer;
  let client: InstanceType<typeof Redis>;
  let other: InstanceType<typeof Redis>;

  beforeEach(async () => {
    server = await startRedis();
    client = new Redis({ port: server.port, maxRetriesPerRequest: null, retryStrategy: () => 100_000 });
    client.on("error", () => {});
    other = new Redis({ port: server.port, retryStrategy: () => 10 });
    other.on("error", () => {});
  });
  afterEach(async () => {
    client.disconnect();
    other.disconnect();
    await server.close();
  });

  it("a lease, a fenced set or a release, has no effect after the reconnect, though the fence holds", async () => {
    const prefix = freshPrefix();
    const cache = cacheBackend(redis({ client, prefix, timeout: 200 }));
    const patient = cacheBackend(redis({ client, prefix, timeout: FAR_DEADLINE }));
    const keys = ["endless", "brief", "held"];
    const leases = await Promise.all(keys.map(async (key) => patient.lease(key, FENCE_MS)));
    const [endless = "", brief = "", held = ""] = leases.map(({ fence }) => fence);
    const values = await other.mgetBuffer(keys.map((key) => `${prefix}::${key}`));
    server.stop();
    const failures = await Promise.all([
      failureOf(() => cache.setFenced("endless", cacheValue("too late"), endless)),
      failureOf(() => cache.setFenced("brief", cacheValue("too late", { ttl: 60_000 }), brief)),
      failureOf(() => cache.releaseLease("held", held)),
      failureOf(() => cache.lease("new", FENCE_MS)),
    ]);
    expect(failures.map(({ code }) => code)).toEqual(Array(4).fill("timeout"));
    await server.restart();
    for (const [index, key] of keys.entries()) await other.set(`${prefix}::${key}`, values[index] as Buffer);
    await until(() => client.status === "reconnecting");
    void client.connect();
    await until(() => client.status === "ready");
    // They are sent once more: first by digest, which the new server does not know, then as text.
    await until(async () => /cmdstat_eval:calls=4,/.test(await other.info("commandstats")));
    expect(await other.mgetBuffer(keys.map((key) => `${prefix}::${key}`))).toEqual(values);
    expect(await other.exists(`${prefix}::new`)).toBe(0);
  });
});
