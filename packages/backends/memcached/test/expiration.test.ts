import { type Memcached, startMemcached } from "@hitbox/test-servers";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { expirationTime } from "../src/expiration-time.ts";
import { memcached } from "../src/index.ts";
import { entry, FAR_DEADLINE, freshPrefix, secondsLeft, textOf } from "./support.ts";

const DAY = 86_400_000;
const NOW = 1_800_000_000_000;

let server: Memcached;
beforeAll(async () => {
  server = await startMemcached();
});
afterAll(() => server.close());

const open = (prefix: string) => memcached({ servers: [server.address], prefix, timeout: FAR_DEADLINE });

describe("memcached's time of an entry", () => {
  const timeOf = (seconds: number | undefined) =>
    expirationTime({ seconds, ms: undefined, until: undefined }, NOW);

  it.each([
    [1, 2],
    [60, 61],
    [30 * 86_400 - 1, 30 * 86_400],
  ])("is a second longer than its %i seconds, since the server's seconds begin at a tick", (life, time) => {
    expect(timeOf(life)).toBe(time);
  });

  it("is an epoch second from 30 days on, with an hour for a clock that is ahead", () => {
    expect(timeOf(30 * 86_400)).toBe(NOW / 1_000 + 30 * 86_400 + 3_600);
  });

  it("is for ever if there is no end, or one that not every server can read", () => {
    expect(timeOf(undefined)).toBe(0);
    expect(timeOf(2 ** 31)).toBe(0);
  });
});

describe("on the server", () => {
  it.each([1, 999, 1_000, 1_001, 60_000, 29 * DAY])(
    "an entry of %i ms has them, and some more",
    async (ttl) => {
      const prefix = freshPrefix();
      const backend = open(prefix);
      await backend.write("key", entry("value", { expiresAt: Date.now() + ttl }));
      const left = await secondsLeft(server.port, `${prefix}::key`);
      // Seconds of the server, of which the present one is partly over.
      if (ttl > 2_000) expect(left).toBeGreaterThan(ttl / 1_000 - FAR_DEADLINE / 1_000);
      expect(left ?? 0).toBeLessThanOrEqual(Math.ceil(ttl / 1_000) + 1);
      expect(left).not.toBe(-1);
      await backend.close?.();
    },
  );

  it.each([30 * DAY, 31 * DAY, 365 * DAY])("an entry of %i ms has an epoch second", async (ttl) => {
    const prefix = freshPrefix();
    const backend = open(prefix);
    await backend.write("key", entry("value", { expiresAt: Date.now() + ttl }));
    const left = await secondsLeft(server.port, `${prefix}::key`);
    expect(left).toBeGreaterThan(ttl / 1_000);
    expect(left).toBeLessThanOrEqual(ttl / 1_000 + 3_602);
    expect(textOf(await backend.read("key"))).toBe("value");
    await backend.close?.();
  });

  it("an entry without an end has none, whatever was there before", async () => {
    const prefix = freshPrefix();
    const backend = open(prefix);
    await backend.write("key", entry("first", { expiresAt: Date.now() + 60_000 }));
    await backend.write("key", entry("second"));
    expect(await secondsLeft(server.port, `${prefix}::key`)).toBe(-1);
    await backend.close?.();
  });

  it("a lease without an entry ends, and one over an entry without an end does not end it", async () => {
    const prefix = freshPrefix();
    const backend = open(prefix);
    await backend.lease?.("none", 1_000);
    expect(await secondsLeft(server.port, `${prefix}::none`)).toBeGreaterThan(200);
    await backend.write("key", entry("value", { expiresAt: Date.now() + 3_600_000 }));
    const { fence } = (await backend.lease?.("key", 1_000)) ?? { fence: "" };
    await backend.releaseLease?.("key", fence);
    expect(await secondsLeft(server.port, `${prefix}::key`)).toBeGreaterThan(3_000);
    await backend.close?.();
  });
});
