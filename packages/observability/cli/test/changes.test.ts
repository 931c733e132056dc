import { until } from "@hitbox/test-servers";
import { gate } from "@hitbox/test-support";
import { expect, it } from "vitest";
import { answer, builtBesideRedis, hitbox } from "./support/hitbox.ts";
import { runInProcess } from "./support/run-in-process.ts";
import { freshPrefix, service } from "./support/service.ts";

const server = builtBesideRedis();

const run = (prefix: string, ...args: string[]): Promise<Record<string, unknown>> =>
  answer(...args, "-s", server().url, "-p", prefix);

it.each([
  ["delete", "user:1"],
  ["delete", "user:*"],
  ["expire", "user:*"],
  ["invalidate", "users"],
  ["clear"],
])("%s %s counts, and does nothing without --yes", async (...args) => {
  const prefix = freshPrefix();
  const cache = service(server().url, prefix);
  await cache.set("user:1", "Ada", { tags: ["users"] });
  const counted = await run(prefix, ...args);
  expect(counted).toMatchObject({ dryRun: true });
  expect(counted.keys ?? counted.entries).toBe(1);
  expect(await cache.get("user:1")).toBe("Ada");
});

it.each(["tracking", "bus"] as const)(
  "a delete reaches first tiers of services that hear by %s",
  async (coherence) => {
    const prefix = freshPrefix();
    const cache = service(server().url, prefix, { coherence });
    await cache.set("user:1", "Ada");
    await cache.set("order:1", "book");
    expect(await run(prefix, "delete", "user:*", "--yes")).toMatchObject({ keys: 1, deleted: 1 });
    await until("services hear of it", async () => (await cache.get("user:1")) === undefined);
    expect(await cache.get("order:1")).toBe("book");
  },
);

it("a delete by a pattern keeps out a value that a service is loading", async () => {
  const prefix = freshPrefix();
  const cache = service(server().url, prefix);
  const [begun, loaded] = [gate(), gate<string>()];
  const load = cache.getOrSet("user:1", () => {
    begun.open();
    return loaded.opened;
  });
  await begun.opened;
  expect(await run(prefix, "delete", "user:*", "--yes")).toMatchObject({ keys: 1, deleted: 0 });
  loaded.open("old");
  expect(await load).toBe("old");
  await cache.idle();
  expect(await cache.has("user:1")).toBe(false);
});

it("expires entries that have a stale window, and deletes the others", async () => {
  const prefix = freshPrefix();
  const cache = service(server().url, prefix);
  await cache.set("user:1", "Ada", { staleWhileRevalidate: "1h" });
  await cache.set("user:2", "Bob");
  expect(await run(prefix, "expire", "user:*", "--yes")).toMatchObject({ expired: 2 });
  await until("services hear of it", async () => (await cache.lookup("user:1")).status === "stale");
  await until("services hear of it", async () => !(await cache.has("user:2")));
});

it("invalidates tags, for services that have their entries in memory", async () => {
  const prefix = freshPrefix();
  const cache = service(server().url, prefix);
  await cache.set("user:1", "Ada", { tags: ["users"] });
  await cache.set("order:1", "book", { tags: ["orders"] });
  await run(prefix, "invalidate", "users", "--yes");
  await until("services hear of it", async () => !(await cache.has("user:1")));
  expect(await cache.has("order:1")).toBe(true);
});

it("clears one prefix and no other", async () => {
  const [one, other] = [freshPrefix(), freshPrefix()];
  await service(server().url, one).set("key", 1);
  const left = service(server().url, other);
  await left.set("key", 2);
  expect(await run(one, "clear", "--yes")).toMatchObject({ entries: 1, dryRun: false });
  const { stdout } = await hitbox(["keys", "-s", server().url, "-p", one]);
  expect(stdout).toBe("");
  expect(await left.get("key")).toBe(2);
});

it("takes '*' as it is with --exact", async () => {
  const prefix = freshPrefix();
  const cache = service(server().url, prefix);
  for (const key of ["a*", "ab"]) await cache.set(key, key);
  expect(await run(prefix, "delete", "a*", "--exact", "--yes")).toMatchObject({ deleted: 1 });
  await until("services hear of it", async () => !(await cache.has("a*")));
  expect(await cache.has("ab")).toBe(true);
});

it.each(["delete", "expire"])("%s reaches keys of entities and keys of several elements", async (command) => {
  const prefix = freshPrefix();
  const cache = service(server().url, prefix);
  const users = cache.entity<string, number>({ prefix: "user", version: 1 });
  await users.set(42, "Ada");
  await cache.set(["order", { id: 7 }], "book");
  const done = await run(prefix, command, "@user.v1:=42", '=["order",{"id":7}]', "--yes");
  expect(done).toMatchObject({ keys: 2, [`${command}d`]: 2 });
  await until("services hear of it", async () => !(await users.has(42)));
  await until("services hear of it", async () => !(await cache.has(["order", { id: 7 }])));
});

it("says of how many keys there was no entry", async () => {
  const prefix = freshPrefix();
  await service(server().url, prefix).set("user:1", "Ada");
  const place = ["-s", server().url, "-p", prefix, "--text"];
  const counted = await runInProcess(["delete", "user:1", "user:2", ...place]);
  expect(counted.stdout).toContain("2 keys would be deleted. Nothing is done without --yes.");
  const done = await runInProcess(["delete", "user:1", "user:2", "--yes", ...place]);
  expect(done.stdout).toContain("1 key deleted. 1 had no entry.");
});
