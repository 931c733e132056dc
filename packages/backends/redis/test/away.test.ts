import { type BackendWarning, cacheBackend } from "@hitbox/core";
import { freePort, startRedis } from "@hitbox/test-servers";
import { expect, it } from "vitest";
import { redis } from "../src/index.ts";
import { until } from "./support.ts";

it("a wrong port is told of once, and so is the server that comes", async () => {
  const port = await freePort();
  const warned: BackendWarning[] = [];
  const cache = cacheBackend(
    redis({ url: `redis://127.0.0.1:${port}`, onWarning: (warning) => warned.push(warning) }),
  );
  const read = async (): Promise<boolean> => {
    try {
      return (await cache.get("key")) === undefined;
    } catch {
      return false;
    }
  };
  for (let time = 0; time < 3; time++) expect(await read()).toBe(false);
  expect(warned.map(({ code }) => code)).toEqual(["HITBOX_TIER_AWAY"]);
  expect(warned[0]?.message).toMatch(/^redis is away, .* connect ECONNREFUSED 127\.0\.0\.1:\d+$/);
  const server = await startRedis({ port });
  await until(read);
  await until(() => warned.length === 2);
  expect(warned[1]).toMatchObject({ code: "HITBOX_TIER_BACK", backend: "redis" });
  await cache.close();
  await server.close();
});

it("a wrong password is told of without it", async () => {
  const server = await startRedis();
  const warned: BackendWarning[] = [];
  const url = `redis://me:sesame@127.0.0.1:${server.port}`;
  const cache = cacheBackend(redis({ url, onWarning: (warning) => warned.push(warning) }));
  for (let time = 0; time < 5; time++) await (async () => cache.get("key"))().catch(() => {});
  expect(warned).toHaveLength(1);
  expect(warned[0]?.message).toMatch(/^redis is away, .* the server refused AUTH: WRONGPASS/);
  expect(warned[0]?.message).not.toContain("sesame");
  await cache.close();
  await server.close();
});
