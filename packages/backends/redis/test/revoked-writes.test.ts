import { cacheBackend, cacheValue } from "@hitbox/core";
import { type RedisServer, startRedis } from "@hitbox/test-servers";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { redis } from "../src/index.ts";
import { CLIENTS, FAR_DEADLINE, failureOf, until } from "./support.ts";

// By default ioredis sends a command that has had no reply once more, after the next connect.
describe.each(CLIENTS)("a write that failed, $version", ({ Redis }) => {
  let server: RedisServer;
  let client: InstanceType<typeof Redis>;
  let other: InstanceType<typeof Redis>;
  let connect: () => void;

  beforeEach(async () => {
    server = await startRedis();
    const held = new Promise<void>((resolve) => {
      connect = resolve;
    });
    client = new Redis({ port: server.port, maxRetriesPerRequest: null, retryStrategy: () => 100_000 });
    client.on("error", () => {});
    void held.then(() => client.connect().catch(() => {}));
    other = new Redis({ port: server.port, lazyConnect: true });
  });
  afterEach(async () => {
    client.disconnect();
    other.disconnect();
    await server.close();
  });

  it.each([
    ["with a time to live", { ttl: 60_000 }, "newer"],
    ["without one", {}, undefined],
  ])("%s, does not come over a newer value after the reconnect", async (_, options, read) => {
    const cache = cacheBackend(redis({ client, timeout: 200 }));
    const others = cacheBackend(redis({ client: other }));
    const patient = cacheBackend(redis({ client, timeout: FAR_DEADLINE }));
    await patient.get("key");
    server.stop();
    const failures = await Promise.all([
      failureOf(() => cache.set("key", cacheValue("older", options))),
      failureOf(() =>
        cache.setMany([
          ["a", cacheValue("older", options)],
          ["b", cacheValue("older", options)],
        ]),
      ),
    ]);
    expect(failures.map(({ code }) => code)).toEqual(["timeout", "timeout"]);
    await server.restart();
    for (const key of ["key", "a", "b"]) await others.set(key, cacheValue("newer", { ttl: 60_000 }));
    await until(() => client.status === "reconnecting");
    connect();
    await until(() => client.status === "ready");
    await client.ping();
    for (const key of ["key", "a", "b"]) expect((await patient.get(key))?.data).toBe(read);
  });
});
