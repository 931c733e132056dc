import { type RedisServer, startRedis } from "@hitbox/test-servers";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { redis } from "../src/index.ts";
import { CLIENTS, entry, freshPrefix, until } from "./support.ts";

// The entry that a load replaces may end while the loader runs. Its end is not the end of the lease.

let server: RedisServer;
beforeAll(async () => {
  server = await startRedis();
});
afterAll(() => server.close());

describe.each(CLIENTS)("a lease over an entry that ends before it, $version", ({ Redis }) => {
  it("is still held then, and its fence holds", async () => {
    const client = new Redis(server.port);
    const backend = redis({ client, prefix: freshPrefix() });
    const expiresAt = Date.now() + 100;
    await backend.write("key", entry("old", { expiresAt }));
    const lease = await backend.lease?.("key", 60_000);
    expect(lease?.granted).toBe(true);
    await until(() => Date.now() > expiresAt + 100);
    expect((await backend.lease?.("key", 60_000))?.granted).toBe(false);
    const isStored = await backend.writeFenced?.("key", entry("new"), lease?.fence ?? "");
    expect(isStored).toBe(true);
    expect((await backend.read("key"))?.payload.toString()).toBe('"new"');
    client.disconnect();
  });

  it("leaves an entry its longer life", async () => {
    const client = new Redis(server.port);
    const prefix = freshPrefix();
    const backend = redis({ client, prefix });
    await backend.write("key", entry("old", { expiresAt: Date.now() + 3_600_000 }));
    await backend.write("forever", entry("old"));
    for (const key of ["key", "forever"]) {
      await backend.lease?.(key, 1_000);
      await backend.lease?.(key, 1_000);
    }
    expect(await client.pttl(`${prefix}::key`)).toBeGreaterThan(3_500_000);
    expect(await client.pttl(`${prefix}::forever`)).toBe(-1);
    client.disconnect();
  });
});
