import { compose } from "@hitbox/composition";
import { cacheValue } from "@hitbox/core";
import { memory } from "@hitbox/memory";
import { redis } from "@hitbox/redis";
import { type RedisServer, redisCommand, startRedis, until } from "@hitbox/test-servers";
import { quickly } from "@hitbox/test-support";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { type Tagged, tagged } from "./support/tagged.ts";

const LIFE = 60_000;
/** More than there is room for. */
const USERS = 10_000;
let server: RedisServer;
let small: RedisServer;
const open: Tagged[] = [];

beforeAll(async () => {
  server = await startRedis();
  small = await startRedis({ args: ["--maxmemory", "3mb", "--maxmemory-policy", "volatile-lru"] });
});
afterAll(() => Promise.all([server.close(), small.close()]));
afterEach(async () => {
  await Promise.all(open.splice(0).map(({ tier }) => tier.close()));
  await Promise.all([server, small].map(({ port }) => redisCommand(port, "FLUSHALL")));
});

function over({ url }: Pick<RedisServer, "url">, coherence?: "tracking"): Tagged {
  const far = redis({ url, ...(coherence && { coherence }) });
  const opened = tagged(coherence ? compose(memory({ maxEntries: 1_000 }), far) : far);
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

describe.each(quickly(["volatile-lru", "allkeys-lru"], 1))(
  "Redis of 3 MB with %s and a tag for each user",
  (policy) => {
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
  },
);

/** The number of keys that never expire. */
const KEYS_WITHOUT_END = `
  local count = 0
  for _, key in ipairs(redis.call('KEYS', '*')) do
    if redis.call('PTTL', key) < 0 then count = count + 1 end
  end
  return count`;

it.each([undefined, "tracking"] as const)(
  "a value that is set after FLUSHALL is there (coherence %s)",
  async (coherence) => {
    const [here, there] = [over(server, coherence), over(server, coherence)];
    for (let round = 0; round < 10; round++) {
      await here.put("a", round, ["x", "y"]);
      expect(await here.read("a")).toBe(round);
      if (coherence === undefined) expect(await there.read("a", ["x"])).toBe(round);
      await redisCommand(server.port, "FLUSHALL");
      // A first tier hears of it in its own time.
      await until("a value that is set is there", async () => {
        await there.put("b", round, ["x"]);
        return (await there.read("b")) === round;
      });
    }
  },
);

describe("a user without the right to run scripts", () => {
  it.each([undefined, "tracking"] as const)(
    "caches with tags, and invalidates (coherence %s)",
    async (coherence) => {
      const all = ["reset", "on", ">secret", "~*", "&*", "+@all", "-evalsha", "-eval"];
      await redisCommand(server.port, "ACL", "SETUSER", "plain", ...all);
      const user = { url: `redis://plain:secret@127.0.0.1:${server.port}` };
      const [here, there] = [over(user, coherence), over(server)];
      await here.put("a", 1, ["x"]);
      expect([await here.read("a"), await there.read("a")]).toEqual([1, 1]);
      await here.index.invalidate(["x"]);
      expect([await here.read("a"), await there.read("a")]).toEqual([undefined, undefined]);
      expect(here.waiting.size).toBe(0);
      await there.put("a", 2, ["x"]);
      expect(await there.read("a")).toBe(2);
      await there.index.invalidate(["x"]);
      await here.put("b", 3, ["x"]);
      expect([await here.read("b"), await there.read("b")]).toEqual([3, 3]);
    },
  );
});

it("two processes that make, use and invalidate one tag at once never see what was invalidated", async () => {
  const processes = [over(server), over(server, "tracking")];
  let source = 0;
  const write = async ({ index, tier, put }: Tagged): Promise<void> => {
    for (let round = 0; round < 100; round++) {
      const stamps = await index.stamp(["x"], LIFE);
      const data = source;
      await tier.set("a", index.stamped(cacheValue(data, { ttl: LIFE, tags: ["x"] }), stamps));
      await put("b", source, ["y"]);
    }
  };
  const check = async ({ index, read }: Tagged): Promise<void> => {
    for (let round = 0; round < 50; round++) {
      source += 1;
      const since = source;
      await index.invalidate(["x"]);
      const seen = (await read("a")) as number | undefined;
      expect(seen ?? since).toBeGreaterThanOrEqual(since);
    }
  };
  await Promise.all(processes.flatMap((process) => [write(process), check(process)]));
});
