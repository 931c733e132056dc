import { cacheBackend, cacheValue } from "@hitbox/core";
import { redis } from "@hitbox/redis";
import { startRedisCluster, startRedisSentinel } from "@hitbox/test-servers";
import { beforeAll, expect, it, onTestFinished } from "vitest";
import { answer, build } from "./support/hitbox.ts";

beforeAll(() => build(), 300_000);

interface Inspected {
  readonly tiers: readonly { readonly value?: unknown }[];
}

it("looks into a cluster, and checks each of its masters", async () => {
  const cluster = await startRedisCluster();
  onTestFinished(() => cluster.close());
  const backend = cacheBackend(redis({ cluster: cluster.urls, prefix: "cli", timeout: 20_000 }));
  onTestFinished(() => backend.close());
  await backend.set("user:1", cacheValue({ name: "Ada" }, { ttl: 60_000 }));
  const store = `redis-cluster://${cluster.urls.map((url) => new URL(url).host).join(",")}`;
  const found = await answer<Inspected>("inspect", "user:1", "-s", store, "-p", "cli");
  expect(JSON.stringify(found)).toContain("Ada");
  expect(JSON.stringify(await answer("doctor", "-s", store, "-p", "cli"))).toContain("leases");
});

it("looks into the master that sentinels name", async () => {
  const group = await startRedisSentinel();
  onTestFinished(() => group.close());
  const sentinels = group.sentinels.map(({ url }) => url);
  const far = redis({ sentinels, name: group.name, prefix: "cli", timeout: 20_000 });
  const backend = cacheBackend(far);
  onTestFinished(() => backend.close());
  await backend.set("user:1", cacheValue({ name: "Ada" }, { ttl: 60_000 }));
  const hosts = sentinels.map((url) => new URL(url).host).join(",");
  const store = `redis-sentinel://${hosts}/${group.name}`;
  expect(JSON.stringify(await answer("inspect", "user:1", "-s", store, "-p", "cli"))).toContain("Ada");
  expect(JSON.stringify(await answer("doctor", "-s", store, "-p", "cli"))).toContain("leases");
});
