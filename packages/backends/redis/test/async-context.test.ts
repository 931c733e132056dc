import { AsyncLocalStorage } from "node:async_hooks";
import type { Backend } from "@hitbox/core";
import {
  type RedisClusterServers,
  type RedisSentinelServers,
  type RedisServer,
  startRedis,
  startRedisCluster,
  startRedisSentinel,
} from "@hitbox/test-servers";
import { untilGarbage } from "@hitbox/test-support";
import { Redis } from "ioredis";
import { afterAll, beforeAll, expect, it } from "vitest";
import { BusPublisher } from "../src/coherence/bus/bus-publisher.ts";
import { redis } from "../src/index.ts";
import { Notes } from "./coherence/support.ts";
import { entry, until } from "./support.ts";

let server: RedisServer;
let cluster: RedisClusterServers;
let group: RedisSentinelServers;
const clients: Redis[] = [];
beforeAll(async () => {
  [server, cluster, group] = await Promise.all([startRedis(), startRedisCluster(), startRedisSentinel()]);
});
afterAll(async () => {
  for (const client of clients) client.disconnect();
  await Promise.all([server.close(), cluster.close(), group.close()]);
});

/** A client of a test, which connects at its first command. */
function lazyClient(): Redis {
  const client = new Redis({ port: server.port, lazyConnect: true });
  clients.push(client);
  return client;
}

const WAYS = {
  "a tier": () => redis({ url: server.url }),
  "a tier that is kept coherent by tracking": () => redis({ url: server.url, coherence: "tracking" }),
  "a tier that is kept coherent by a bus": () => redis({ url: server.url, coherence: "bus" }),
  "a tier in a cluster": () => redis({ cluster: cluster.urls }),
  "a tier in a cluster that is kept coherent": () => redis({ cluster: cluster.urls, coherence: "bus" }),
  "a tier of sentinels": () => redis({ sentinels: group.urls, name: group.name }),
  "a tier of sentinels that is kept coherent": () =>
    redis({ sentinels: group.urls, name: group.name, coherence: "tracking" }),
  "a tier over a client that it makes connect": () => redis({ client: lazyClient() }),
};

it.each(Object.entries(WAYS))(
  "%s keeps no AsyncLocalStorage store of its first operation",
  async (_, open) => {
    const requests = new AsyncLocalStorage<object>();
    const notes = new Notes();
    let backend: Backend | undefined;
    const operate = async (): Promise<void> => {
      backend = open();
      backend.watch?.(notes);
      await backend.write("key", entry("value", { expiresAt: Date.now() + 60_000 }));
      await backend.read("key");
      await backend.lease?.("other", 1_000);
      await backend.remove("key");
    };
    const first = await (async (): Promise<WeakRef<object>> => {
      const request = { user: "first" };
      await requests.run(request, operate);
      return new WeakRef(request);
    })();
    if (backend?.watch) await until(() => notes.isUp);
    // A later operation: the last one of all may be kept until the next.
    for (let time = 0; time < 3; time++) await backend?.write(`later${time}`, entry("value"));
    await untilGarbage(first);
    expect((await backend?.read("later1"))?.payload).toBeDefined();
    await backend?.close?.();
  },
);

it("messages on the bus, of which one leads to the next, keep no AsyncLocalStorage store", async () => {
  const requests = new AsyncLocalStorage<object>();
  const stores: unknown[] = [];
  const call = async (): Promise<void> => void stores.push(requests.getStore());
  const node = { choose: () => ({ call }), failed() {}, look: async () => undefined };
  const connection = { port: { topology: "cluster" }, run: ({ send }: { send(): unknown }) => send() };
  const settings = { connection, server: node, channel: "changes", heartbeat: 1_000, timeout: 1_000 };
  const publisher = new BusPublisher(settings as never);
  requests.run({ user: "first" }, () => publisher.changed(["key"]));
  await until(() => stores.length === 1);
  await publisher.close();
  expect(stores).toEqual([undefined]);
});
