import { createCache } from "@hitbox/cache";
import { redis } from "@hitbox/redis";
import { type OwnedProcess, ownProcess, type RedisServer, startRedis, until } from "@hitbox/test-servers";
import { build } from "@hitbox/test-support";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

const PREAMBLE = `
  import { setTimeout as wait } from "node:timers/promises";
  import { createCache } from "../dist/index.js";
  import { compose } from "../../composition/dist/index.js";
  import { memory } from "../../backends/memory/dist/index.js";
  import { redis } from "../../backends/redis/dist/index.js";
  const backend = compose(memory({ maxEntries: 100 }), redis({ url: process.argv[1], timeout: 20_000 }));
  const say = (value) => console.log(JSON.stringify(value));
`;

describe("four processes on one Redis", () => {
  let server: RedisServer;
  const children: OwnedProcess[] = [];

  beforeAll(async () => {
    build("cache", "composition", "backends/memory", "backends/redis");
    server = await startRedis();
  }, 60_000);
  afterAll(async () => {
    await Promise.all(children.map((child) => child.kill()));
    await server.close();
  });

  async function start(body: string): Promise<OwnedProcess> {
    const args = ["--input-type=module", "--eval", PREAMBLE + body, server.url];
    const child = await ownProcess(process.execPath, args, import.meta.dirname);
    children.push(child);
    return child;
  }

  it("load what is missing once between them", { timeout: 30_000 }, async () => {
    const start4 = Array.from({ length: 4 }, () =>
      start(`
        const cache = createCache({ backend, ttl: "1m" });
        let loads = 0;
        const load = async () => {
          loads++;
          await wait(100);
          return process.pid;
        };
        await cache.set(["ready", process.pid], 1);
        while (!(await cache.get("go"))) await wait(5);
        const answers = await Promise.all(Array.from({ length: 100 }, () => cache.getOrSet("hot", load)));
        say({ loads, answers: [...new Set(answers)] });
        await cache.close();
      `),
    );
    const processes = await Promise.all(start4);
    const cache = createCache({ backend: redis({ url: server.url, timeout: 20_000 }), ttl: "1m" });
    await until("all are ready", async () =>
      (await cache.getMany(processes.map(({ pid }) => ["ready", pid]))).every(Boolean),
    );
    await cache.set("go", 1);
    await until("all have ended", () => processes.every(({ isRunning }) => !isRunning));
    const told = processes.map(({ output }) => JSON.parse(output) as { loads: number; answers: number[] });
    expect(told.reduce((sum, { loads }) => sum + loads, 0)).toBe(1);
    expect(new Set(told.flatMap(({ answers }) => answers)).size).toBe(1);
    await cache.close();
  });

  it("load in the place of one that was killed while it loaded, when its lease is over", {
    timeout: 30_000,
  }, async () => {
    const holder = await start(`
      const cache = createCache({ backend, ttl: "1m", lease: "1s" });
      await cache.getOrSet("killed", async () => {
        say("loading");
        await wait(60_000);
      });
    `);
    await until("it loads", () => holder.output.includes("loading"));
    await holder.kill();
    const cache = createCache({
      backend: redis({ url: server.url, timeout: 20_000 }),
      ttl: "1m",
      lease: "1s",
    });
    const answers = Array.from({ length: 10 }, () => cache.getOrSet("killed", () => "loaded here"));
    expect(new Set(await Promise.all(answers))).toEqual(new Set(["loaded here"]));
    await cache.close();
  });

  it("take the stale value where another loads it anew", { timeout: 30_000 }, async () => {
    const cache = createCache({
      backend: redis({ url: server.url, timeout: 20_000 }),
      ttl: 20,
      staleWhileRevalidate: "1m",
    });
    await cache.set("stale", "old");
    const holder = await start(`
      const cache = createCache({ backend, ttl: 20, staleWhileRevalidate: "1m" });
      await wait(50);
      say(await cache.getOrSet("stale", async () => {
        say("loading");
        await wait(60_000);
      }));
    `);
    await until("it loads", () => holder.output.includes("loading"));
    let loads = 0;
    expect(await cache.getOrSet("stale", () => ++loads)).toBe("old");
    await cache.close();
    expect(loads).toBe(0);
    await holder.kill();
  });
});
