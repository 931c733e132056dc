import { cacheBackend, FENCE_MS } from "@hitbox/core";
import { type OwnedProcess, ownProcess, type RedisServer, startRedis } from "@hitbox/test-servers";
import { Redis } from "ioredis";
import { afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { redis } from "../src/index.ts";
import { build } from "./child.ts";
import { until } from "./support.ts";

const PREAMBLE = `
  import { cacheBackend } from "@hitbox/core";
  import { Redis } from "ioredis";
  import { redis } from "../dist/index.js";
  const client = new Redis(process.argv[1]);
  const cache = cacheBackend(redis({ client }));
  const say = (value) => console.log(JSON.stringify(value));
`;

beforeAll(() => build());

describe("processes that share a Redis", () => {
  let server: RedisServer;
  let client: Redis;
  let children: OwnedProcess[];
  beforeEach(async () => {
    server = await startRedis();
    client = new Redis(server.port);
    children = [];
  });
  afterEach(async () => {
    await Promise.all(children.map((child) => child.kill()));
    client.disconnect();
    await server.close();
  });

  const start = async (body: string): Promise<OwnedProcess> => {
    const args = ["--input-type=module", "--eval", PREAMBLE + body, server.url];
    const child = await ownProcess(process.execPath, args, import.meta.dirname);
    children.push(child);
    return child;
  };

  it("are granted a lease one at a time, and given one fence", { timeout: 30_000 }, async () => {
    const asking = await Promise.all(
      [1, 2, 3, 4].map(() =>
        start(`
          await client.incr("ready");
          while (!(await client.get("go"))) {}
          const keys = Array.from({ length: 25 }, (_, index) => "key" + index);
          const leases = await Promise.all(keys.map(async (key) => cache.lease(key, ${FENCE_MS})));
          say(leases.map(({ granted, fence }) => [granted, fence]));
          client.disconnect();
        `),
      ),
    );
    await until(async () => (await client.get("ready")) === "4");
    await client.set("go", "1");
    await until(() => asking.every(({ isRunning }) => !isRunning));
    const answers = asking.map(({ output }) => JSON.parse(output) as [granted: boolean, fence: string][]);
    for (let key = 0; key < 25; key++) {
      const ofKey = answers.map((leases) => leases[key] as [boolean, string]);
      expect(ofKey.filter(([granted]) => granted)).toHaveLength(1);
      expect(new Set(ofKey.map(([, fence]) => fence)).size).toBe(1);
    }
  });

  it("get the lease of one that was killed when its time is over", { timeout: 30_000 }, async () => {
    const holder = await start(`say(await cache.lease("key", 1_000));`);
    await until(() => holder.output);
    const held = performance.now();
    await holder.kill();
    const lease = JSON.parse(holder.output) as { fence: string; granted: boolean };
    expect(lease.granted).toBe(true);
    const cache = cacheBackend(redis({ client }));
    expect(await cache.lease("key", 1_000)).toEqual({ ...lease, granted: false, value: undefined });
    await until(async () => (await cache.lease("key", 1_000)).granted);
    const waited = performance.now() - held;
    expect(waited).toBeGreaterThan(500);
  });
});
