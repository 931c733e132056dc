import { gzip } from "@hitbox/core";
import { redisCommand } from "@hitbox/test-servers";
import { expect, it } from "vitest";
import { answer, answers, builtBesideRedis } from "./support/hitbox.ts";
import { freshPrefix, service } from "./support/service.ts";

const server = builtBesideRedis();

it("lists the keys that begin with a prefix, without the records of tags", async () => {
  const prefix = freshPrefix();
  const cache = service(server().url, prefix);
  for (const key of ["user:1", "user:2", "order:1"]) await cache.set(key, key, { tags: ["all"] });
  const place = ["-s", server().url, "-p", prefix];
  const keys = await answers<{ key: string }>("keys", "user:", ...place);
  expect(keys.map(({ key }) => key).sort()).toEqual(["user:1", "user:2"]);
  expect(await answers("keys", ...place)).toHaveLength(3);
  expect(await answers("keys", "-n", "2", ...place)).toHaveLength(2);
});

it("counts entries, bytes and unreadable entries by the first part of the keys", async () => {
  const prefix = freshPrefix();
  const cache = service(server().url, prefix, { compressor: gzip() });
  await cache.set("user:1", "x".repeat(100_000));
  await cache.set("user:2", "small");
  await cache.set("order:1", "small", { ttl: "10h" });
  await redisCommand(server().port, "SET", `${prefix}::user:3`, "written by another program");
  const { groups, total } = await answer<{ groups: Record<string, unknown>[]; total: object }>(
    ...["size", "-s", server().url, "-p", prefix],
  );
  const byPrefix = new Map(groups.map((group) => [group.prefix, group]));
  expect(byPrefix.get("user")).toMatchObject({ entries: 3, unreadable: 1 });
  expect(byPrefix.get("user")?.decoded).toBeGreaterThan(100_000);
  expect(byPrefix.get("user")?.stored).toBeLessThan(10_000);
  expect(byPrefix.get("order")).toMatchObject({ entries: 1, unreadable: 0 });
  expect(byPrefix.get("order")?.medianLeftMs).toBeGreaterThan(9 * 3_600_000);
  expect(total).toMatchObject({ entries: 4, unreadable: 1 });
});
