import { subscribe, unsubscribe } from "node:diagnostics_channel";
import { type RedisServer, redisCommand, startRedis } from "@hitbox/test-servers";
import { heard, THROWING_LISTENER, thrower, uncaught } from "@hitbox/test-support";
import { afterAll, beforeAll, describe, expect, it, onTestFinished, vi } from "vitest";
import { type RedisWarning, redis } from "../../src/index.ts";
import { entry, freshPrefix, textOf, until } from "../support.ts";
import { Notes } from "./support.ts";

let server: RedisServer;
beforeAll(async () => {
  server = await startRedis();
});
afterAll(() => server.close());

describe.each(["tracking", "bus"] as const)("with %s", (coherence) => {
  it("a watcher that throws fails no operation, and keeps no change from another watcher", async () => {
    const settings = { url: server.url, prefix: freshPrefix(), coherence };
    const warnings: RedisWarning[] = [];
    const mine = redis({ ...settings, onWarning: (warning) => warnings.push(warning) });
    const other = redis({ ...settings, onWarning: thrower });
    onTestFinished(() => void Promise.all([mine.close?.(), other.close?.()]));
    const notes = new Notes();
    for (const listener of [THROWING_LISTENER, notes]) mine.watch?.(listener);
    for (const listener of [THROWING_LISTENER, new Notes()]) other.watch?.(listener);
    await notes.up();
    await other.write("theirs", entry("1"));
    await until(() => notes.count("theirs") > 0);
    await mine.write("mine", entry("2"));
    expect(textOf(await mine.read("mine"))).toBe("2");
    expect(notes.count("mine")).toBe(1);
    await redisCommand(server.port, "CLIENT", "KILL", "TYPE", "pubsub");
    await until(() => notes.count("<lost>") === 1 && notes.isUp);
    expect(await mine.remove("mine")).toEqual({ status: "deleted", count: 1 });
    expect(warnings).toEqual([
      {
        backend: "redis",
        code: "HITBOX_REDIS_WATCHER",
        message: expect.stringContaining("Reason: Error"),
      },
    ]);
  });
});

it("a subscriber to warnings that throws changes no answer, and keeps no warning from others", async () => {
  const errors = uncaught();
  const channel = "hitbox:redis:warning";
  subscribe(channel, thrower);
  onTestFinished(() => void unsubscribe(channel, thrower));
  const messages = heard<RedisWarning>(channel);
  const onWarning = vi.fn(thrower);
  await redisCommand(
    server.port,
    "ACL",
    "SETUSER",
    "user",
    "reset",
    "on",
    ">secret",
    "~*",
    "+@all",
    "-strlen",
  );
  const tier = redis({ url: server.url, username: "user", password: "secret", onWarning });
  onTestFinished(() => tier.close?.() as Promise<void>);
  await tier.write("key", entry("value"));
  expect(await tier.remove("key")).toEqual({ status: "deleted", count: 1 });
  expect(messages.map(({ code }) => code)).toEqual(["HITBOX_REDIS_COUNTS"]);
  expect(onWarning).toHaveBeenCalledTimes(1);
  await until(() => errors.length === 1);
});
