import { freePort, type RedisServer, startRedis } from "@hitbox/test-servers";
import { expect, onTestFinished, test, vi } from "vitest";
import { get, openService } from "./support/service.ts";

const PATIENCE = { timeout: 10_000, interval: 50 };

async function openRedis(): Promise<RedisServer> {
  const server = await startRedis();
  onTestFinished(() => server.close());
  return server;
}

const place = (lat: number): string => `/nearest?lat=${lat}&lon=2.35`;

test("after a restart the first answer comes from Redis", async () => {
  const { url: redisUrl } = await openRedis();
  const before = await openService({ redisUrl });
  await get(before.origin, place(1));
  await before.close();
  const { origin } = await openService({ redisUrl });
  expect((await get(origin, place(1))).source).toBe("cities.redis");
  expect((await get(origin, place(1))).source).toBe("cities.memory");
});

test("while Redis is away, memory and upstream answer and say so, and the log has one line for going and coming", async () => {
  const server = await openRedis();
  const { origin, log } = await openService({ redisUrl: server.url });
  expect(await get(origin, place(1))).toMatchObject({ source: "upstream", degraded: null });

  await server.kill();
  for (const lat of [2, 3, 4]) {
    const reply = await get(origin, place(lat));
    expect(reply).toMatchObject({ status: 200, source: "upstream" });
    expect(reply.degraded).toMatch(/^cities\.redis: (connection|timeout)$/);
  }
  for (const lat of [1, 2, 3, 4]) {
    const reply = await get(origin, place(lat));
    expect(reply).toMatchObject({ status: 200, source: "cities.memory" });
    expect(reply.degraded).toMatch(/^cities\.redis: /);
  }
  expect(log).toEqual([expect.stringContaining("cities.redis is away")]);

  await server.restart();
  await vi.waitFor(async () => expect((await get(origin, place(1))).degraded).toBeNull(), PATIENCE);
  expect(await get(origin, place(5))).toMatchObject({ source: "upstream", degraded: null });
  expect(log).toEqual([expect.stringContaining("is away"), "cities.redis is back"]);
});

test("a Redis that was never there costs its answers only", async () => {
  const { origin, log } = await openService({ redisUrl: `redis://127.0.0.1:${await freePort()}` });
  const first = await get(origin, place(1));
  expect(first).toMatchObject({ status: 200, source: "upstream", degraded: "cities.redis: connection" });
  const second = await get(origin, place(1));
  expect(second).toMatchObject({ source: "cities.memory", text: first.text });
  expect(log).toEqual([expect.stringContaining("cities.redis is away")]);
});

test("a Redis that is silent costs its deadline, not the answer", async () => {
  const server = await openRedis();
  const { origin } = await openService({ redisUrl: server.url });
  await get(origin, place(1));
  server.stop();
  onTestFinished(() => server.resume());
  const start = performance.now();
  expect(await get(origin, place(2))).toMatchObject({ status: 200, source: "upstream" });
  expect(performance.now() - start).toBeLessThan(5_000);
});
