import { redis } from "@hitbox/redis";
import { type RedisServer, redisCommand, startRedis } from "@hitbox/test-servers";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { type Tagged, tagged } from "./support/tagged.ts";

const LIFE = 60_000;
/** More than there is room for. */
const USERS = 10_000;
let small: RedisServer;
const open: Tagged[] = [];

beforeAll(async () => {
  small = await startRedis({ args: ["--maxmemory", "3mb", "--maxmemory-policy", "volatile-lru"] });
});
afterAll(() => small.close());
afterEach(async () => {
  await Promise.all(open.splice(0).map(({ tier }) => tier.close()));
  await redisCommand(small.port, "FLUSHALL");
});

function over({ url }: Pick<RedisServer, "url">): Tagged {
  // A deadline that no busy machine reaches: what fails is refused.
  const opened = tagged(redis({ url, timeout: 20_000 }));
  open.push(opened);
  return opened;
}

/**
 * Stores an entry with a tag of its own for each user, some at a time. Answers with the number that failed.
 */
async function putUsers({ put }: Tagged, from: number, to: number): Promise<number> {
  let failed = 0;
  const putOne = (user: number): Promise<unknown> =>
    put(`user:${user}`, user, [`user:${user}`], LIFE).catch(() => (failed += 1));
  for (let user = from; user < to; user += 500)
    await Promise.all(Array.from({ length: 500 }, (_, index) => putOne(user + index)));
  return failed;
}

describe.each(["volatile-lru", "allkeys-lru"])("Redis of 3 MB with %s and a tag for each user", (policy) => {
  it("is never full, and serves the users that were stored last", async () => {
    await redisCommand(small.port, "CONFIG", "SET", "maxmemory-policy", policy);
    const process = over(small);
    expect(await putUsers(process, 0, USERS)).toBe(0);
    expect(Number(await redisCommand(small.port, "DBSIZE"))).toBeLessThan(2 * USERS);
    expect(await redisCommand(small.port, "INFO", "stats")).not.toContain("evicted_keys:0\r");
    let served = 0;
    for (let user = USERS - 100; user < USERS; user++)
      if ((await process.read(`user:${user}`)) === user) served += 1;
    expect(served).toBeGreaterThan(50);
    await process.put("user:1", "anew", ["user:1"]);
    expect(await process.read("user:1")).toBe("anew");
  });

  it("has room again: entries and records end", async () => {
    await redisCommand(small.port, "CONFIG", "SET", "maxmemory-policy", policy);
    await putUsers(over(small), 0, 500);
    const keys = await redisCommand(small.port, "EVAL", KEYS_WITHOUT_END, 0);
    expect(keys).toBe("0");
  });
});

/** The number of keys that never expire. */
const KEYS_WITHOUT_END = `
  local count = 0
  for _, key in ipairs(redis.call('KEYS', '*')) do
    if redis.call('PTTL', key) < 0 then count = count + 1 end
  end
  return count`;
