import { type RedisServer, startRedis } from "@hitbox/test-servers";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { redis } from "../src/index.ts";
import { CLIENTS, entry } from "./support.ts";

const NASTY = [
  "*",
  "?",
  "a*",
  "[ab]",
  "[^a]",
  "[a-z]",
  "\\",
  "a\\*",
  "\\[",
  "^",
  "-",
  "é",
  " ",
  ":a",
  "{a}",
  "a",
];

let server: RedisServer;
beforeAll(async () => {
  server = await startRedis();
});
afterAll(() => server.close());

describe.each(CLIENTS)("clear, $version", ({ Redis }) => {
  let client: InstanceType<typeof Redis>;
  beforeAll(() => {
    client = new Redis(server.port);
  });
  beforeEach(async () => {
    await client.flushall();
  });
  afterAll(() => client.disconnect());

  it.each(NASTY)("of the prefix %j removes its entries and nobody else's", async (prefix) => {
    for (const other of NASTY) await redis({ client, prefix: other }).write("key::*", entry("value"));
    await client.set(`${prefix}:foreign`, "kept");
    await client.set(`x${prefix}::foreign`, "kept");
    await redis({ client, prefix }).clear?.();
    const left = NASTY.filter((other) => other !== prefix).map((other) => `${other}::key::*`);
    expect((await client.keys("*")).sort()).toEqual(
      [...left, `${prefix}:foreign`, `x${prefix}::foreign`].sort(),
    );
  });

  it.each(["app:", "*", "a[b]", "x::"])("keeps to a client's keyPrefix %j", async (keyPrefix) => {
    const within = new Redis(server.port, { keyPrefix });
    await client.mset(
      "clean::a",
      "1",
      "b",
      "2",
      `${keyPrefix}${keyPrefix}clean::c`,
      "3",
      `${keyPrefix}other::d`,
      "4",
    );
    const tier = redis({ client: within, prefix: "clean" });
    await tier.write("a", entry("value"));
    await tier.write("b", entry("value"));
    expect(await client.exists(`${keyPrefix}clean::a`, `${keyPrefix}clean::b`)).toBe(2);
    await tier.clear?.();
    expect((await client.keys("*")).sort()).toEqual(
      ["clean::a", "b", `${keyPrefix}${keyPrefix}clean::c`, `${keyPrefix}other::d`].sort(),
    );
    within.disconnect();
  });

  it("removes keys that are not text, and many of them, past those of others", async () => {
    const commands = client.pipeline();
    for (let index = 0; index < 5_000; index++)
      commands.set(`many::${index}`, "1").set(`other::${index}`, "1");
    await commands.exec();
    await client.set(Buffer.from([...Buffer.from("many::"), 0xff, 0x00, 0xfe]), "1");
    await redis({ client, prefix: "many" }).clear?.();
    expect(await client.dbsize()).toBe(5_000);
  });

  it("of an empty space does nothing", async () => {
    await expect(redis({ client, prefix: "none" }).clear?.()).resolves.toBeUndefined();
  });
});
