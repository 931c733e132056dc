import { cacheBackend, cacheValue } from "@hitbox/core";
import { type Memcached, startMemcached } from "@hitbox/test-servers";
import { afterEach, expect, it } from "vitest";
import { memcached } from "../src/index.ts";
import { ask, entry, FAR_DEADLINE, failureOf, textOf } from "./support.ts";

let server: Memcached;
afterEach(() => server.close());

const open = () => memcached({ servers: [server.address], timeout: FAR_DEADLINE });

it("of twenty processes' worth of connections that want a lease at once, one gets it", async () => {
  server = await startMemcached();
  const backends = Array.from({ length: 20 }, open);
  const leases = await Promise.all(backends.map((backend) => backend.lease?.("key", 10_000)));
  expect(leases.filter((lease) => lease?.granted)).toHaveLength(1);
  expect(new Set(leases.map((lease) => lease?.fence)).size).toBe(1);
  await Promise.all(backends.map((backend) => backend.close?.()));
});

it("a fence is void once another connection has written, and once the server has lost it", async () => {
  server = await startMemcached();
  const [own, other] = [open(), open()];
  const first = (await own.lease?.("key", 10_000))?.fence ?? "";
  await other.write("key", entry("newer"));
  expect(await own.writeFenced?.("key", entry("older"), first)).toBe(false);
  const second = (await own.lease?.("key", 10_000))?.fence ?? "";
  await ask(server.port, "flush_all");
  expect(await own.writeFenced?.("key", entry("older"), second)).toBe(false);
  expect(textOf(await own.read("key"))).toBeUndefined();
  await Promise.all([own.close?.(), other.close?.()]);
});

it("of several connections that delete an entry at once, one is told that it did", async () => {
  server = await startMemcached();
  const backends = Array.from({ length: 10 }, open);
  for (let round = 0; round < 20; round++) {
    await backends[0]?.write("key", entry("value"));
    const statuses = await Promise.all(backends.map((backend) => backend.remove("key")));
    expect(statuses.filter(({ status }) => status === "deleted")).toHaveLength(1);
  }
  await Promise.all(backends.map((backend) => backend.close?.()));
});

it("a server without versions refuses leases by their reason, and serves entries", async () => {
  server = await startMemcached(["-C"]);
  const backend = open();
  await backend.write("key", entry("value"));
  const { code, error } = await failureOf(() => backend.lease?.("key", 1_000));
  expect(code).toBe("unsupported");
  expect(error.message).toContain("memcached without -C");
  expect(textOf(await backend.read("key"))).toBe("value");
  await backend.close?.();
});

it("a typed backend sets under a lease what was loaded, and nothing after a delete", async () => {
  server = await startMemcached();
  const cache = cacheBackend(open());
  const { fence } = await cache.lease("key", 5_000);
  await cache.delete("key");
  expect(await cache.setFenced("key", cacheValue("late"), fence)).toBe(false);
  await cache.close();
});
