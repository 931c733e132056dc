import { compose } from "@hitbox/composition";
import { cacheValue } from "@hitbox/core";
import { memory } from "@hitbox/memory";
import { redis } from "@hitbox/redis";
import { type RedisServer, redisCommand, startRedis, until } from "@hitbox/test-servers";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { type Tagged, tagged } from "./support/tagged.ts";

const LIFE = 60_000;
let server: RedisServer;
const open: Tagged[] = [];

beforeAll(async () => {
  server = await startRedis();
});
afterAll(() => server.close());
afterEach(async () => {
  await Promise.all(open.splice(0).map(({ tier }) => tier.close()));
  await redisCommand(server.port, "FLUSHALL");
});

function over({ url }: Pick<RedisServer, "url">, coherence?: "tracking"): Tagged {
  // So long that a busy machine fails no put.
  const far = redis({ url, timeout: 30_000, ...(coherence && { coherence }) });
  const opened = tagged(coherence ? compose(memory({ maxEntries: 1_000 }), far) : far);
  open.push(opened);
  return opened;
}

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
