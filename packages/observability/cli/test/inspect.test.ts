import { cacheBackend, cacheValue, gzip } from "@hitbox/core";
import { redis } from "@hitbox/redis";
import { redisCommand } from "@hitbox/test-servers";
import { expect, it, onTestFinished } from "vitest";
import { answer, builtBesideRedis, hitbox } from "./support/hitbox.ts";
import { freshPrefix, service } from "./support/service.ts";

interface Tier {
  readonly state: string;
  readonly why: string;
  readonly value?: unknown;
  readonly bytes?: number;
  readonly bytesBefore?: number;
  readonly compressor?: string;
  readonly staleAt?: number;
  readonly expiresAt?: number;
  readonly createdAt?: number;
  readonly lease?: { readonly isHeld: boolean };
  readonly tags?: readonly { readonly name: string; readonly state: string }[];
}

const server = builtBesideRedis();

async function inspected(prefix: string, key: string): Promise<Tier> {
  const { tiers } = await answer<{ tiers: [Tier] }>("inspect", key, "-s", server().url, "-p", prefix);
  return tiers[0];
}

it("shows the value, its times, and its size before and after compression", async () => {
  const prefix = freshPrefix();
  const cache = service(server().url, prefix, { compressor: gzip() });
  const text = "x".repeat(10_000);
  await cache.set("user:42", { name: "Ada", text }, { ttl: "1h" });
  const tier = await inspected(prefix, "user:42");
  expect(tier).toMatchObject({ state: "fresh", compressor: "gzip", value: { name: "Ada", text } });
  expect(tier.bytes).toBeLessThan(1_000);
  expect(tier.bytesBefore).toBeGreaterThan(10_000);
  expect((tier.expiresAt ?? 0) - (tier.createdAt ?? 0)).toBe(3_600_000);
});

it("names the tag that was invalidated since the entry was stored", async () => {
  const prefix = freshPrefix();
  const cache = service(server().url, prefix);
  await cache.set("user:42", "Ada", { tags: ["users", "team:7"] });
  expect(await inspected(prefix, "user:42")).toMatchObject({ state: "fresh" });
  await cache.invalidateTags(["team:7"]);
  const { state, why, tags } = await inspected(prefix, "user:42");
  expect(state).toBe("invalid");
  expect(why).toContain('tag "team:7"');
  expect(tags?.map(({ name, state: own }) => [name, own])).toEqual([
    ["users", "valid"],
    ["team:7", "invalid"],
  ]);
});

it("names the tag that was expired since the entry was stored", async () => {
  const prefix = freshPrefix();
  const cache = service(server().url, prefix);
  await cache.set("user:42", "Ada", { tags: ["users"], staleWhileRevalidate: "1h" });
  await cache.expireTags(["users"]);
  const { state, why, staleAt = 0 } = await inspected(prefix, "user:42");
  expect([state, why]).toEqual(["stale", 'tag "users": expired since it was stored']);
  expect(staleAt).toBeLessThanOrEqual(Date.now());
});

it("says of a key that a process is loading, and does not take the lease", async () => {
  const prefix = freshPrefix();
  const backend = cacheBackend(redis({ url: server().url, prefix, timeout: 10_000 }));
  onTestFinished(() => backend.close());
  const { fence } = await backend.lease("user:42", 60_000);
  expect(await inspected(prefix, "user:42")).toMatchObject({
    state: "missing",
    why: "a process is loading it now",
    lease: { isHeld: true },
  });
  expect(await backend.setFenced("user:42", cacheValue("Ada"), fence)).toBe(true);
});

it("says why an entry cannot be read, with exit code 1", async () => {
  const prefix = freshPrefix();
  await redisCommand(server().port, "SET", `${prefix}::user:42`, "written by another program");
  const { code, stdout } = await hitbox(["inspect", "user:42", "-s", server().url, "-p", prefix]);
  expect(code).toBe(1);
  expect(JSON.parse(stdout).tiers[0]).toMatchObject({ state: "unreadable" });
  expect(stdout).toContain("corrupt");
});

it("shows no control character of a value to a terminal", async () => {
  const prefix = freshPrefix();
  await service(server().url, prefix).set("key", "\u001b[2J\u009b\u202e");
  for (const mode of ["--text", "--json"]) {
    const { stdout } = await hitbox(["inspect", "key", mode, "-s", server().url, "-p", prefix]);
    expect(stdout).toContain("\\u001b[2J\\u009b\\u202e");
    for (const character of "\u001b\u009b\u202e") expect(stdout).not.toContain(character);
  }
});
