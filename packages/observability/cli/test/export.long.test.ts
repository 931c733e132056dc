import { appendFile, readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { serveDashboard } from "@hitbox/dashboard";
import { temporaryFolder } from "@hitbox/test-support";
import { expect, it, onTestFinished } from "vitest";
import { builtBesideRedis, hitbox } from "./support/hitbox.ts";
import { freshPrefix, service } from "./support/service.ts";

const server = builtBesideRedis();

it("brings entries back with their times, and replaces none that is there", async () => {
  const prefix = freshPrefix();
  const cache = service(server().url, prefix);
  const kept = { at: new Date(5), bytes: new Uint8Array([1, 2]) };
  await cache.set("user:1", kept);
  await cache.set("user:2", "old");
  const before = await cache.lookup("user:1");
  const cwd = await temporaryFolder();
  const run = async (...args: string[]) => {
    const { code, stdout, stderr } = await hitbox([...args, "-s", server().url, "-p", prefix], { cwd });
    return { code, stderr, ...(stdout === "" ? {} : JSON.parse(stdout)) };
  };
  expect(await run("export", "cache.jsonl")).toMatchObject({ code: 0, entries: 2 });
  expect((await stat(join(cwd, "cache.jsonl"))).mode & 0o777).toBe(0o600);
  expect(await run("export", "cache.jsonl")).toMatchObject({ code: 2 });
  await cache.delete("user:1");
  await cache.set("user:2", "new");
  await appendFile(join(cwd, "cache.jsonl"), '{"key":"user:3"}\n');
  expect(await run("warm", "cache.jsonl")).toMatchObject({ code: 1, written: 1, kept: 1, bad: 1 });
  const after = await service(server().url, prefix).lookup("user:1");
  expect(after.value).toEqual(kept);
  expect(after.expiresAt).toBe(before.expiresAt);
  expect(await cache.get("user:2")).toBe("new");
});

it("writes the keys with the most hits alone, as a process counts them", async () => {
  const prefix = freshPrefix();
  const cache = service(server().url, prefix);
  for (const key of ["user:1", "user:2", "team:1"]) await cache.set(key, key);
  const served = await serveDashboard({ caches: { cache } });
  onTestFinished(() => served.close());
  for (const [key, hits] of [
    ["user:1", 3],
    ["team:1", 2],
    ["user:2", 1],
  ] as const)
    for (let hit = 0; hit < hits; hit++) await cache.get(key);
  const cwd = await temporaryFolder();
  const place = ["-s", server().url, "-p", prefix, "--from", served.url];
  const written = async (file: string, ...more: string[]): Promise<string[]> => {
    await hitbox(["export", file, ...more, ...place], { cwd });
    const lines = (await readFile(join(cwd, file), "utf8")).trim().split("\n");
    return lines.map((line) => (JSON.parse(line) as { key: string }).key);
  };
  expect(await written("hot.jsonl", "--hottest", "2")).toEqual(["user:1", "team:1"]);
  expect(await written("users.jsonl", "user:")).toEqual(["user:1", "user:2"]);
});

it("does not bring back entries whose tag was invalidated since", async () => {
  const prefix = freshPrefix();
  const cache = service(server().url, prefix);
  await cache.set("user:1", "Ada", { tags: ["users"] });
  const cwd = await temporaryFolder();
  const place = ["-s", server().url, "-p", prefix];
  await hitbox(["export", "cache.jsonl", ...place], { cwd });
  await cache.invalidateTags(["users"]);
  await cache.delete("user:1");
  await cache.set("user:2", "Bob", { tags: ["users"] });
  expect((await hitbox(["warm", "cache.jsonl", ...place], { cwd })).stdout).toContain('"written": 1');
  expect(await service(server().url, prefix).get("user:1")).toBeUndefined();
});
