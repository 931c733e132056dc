import { randomBytes } from "node:crypto";
import { type Memcached, startMemcached } from "@hitbox/test-servers";
import { afterEach, expect, it } from "vitest";
import { memcached } from "../src/index.ts";
import { entry, FAR_DEADLINE, failureOf, textOf } from "./support.ts";

let server: Memcached;
afterEach(() => server.close());

const open = () => memcached({ servers: [server.address], timeout: FAR_DEADLINE });
const payload = randomBytes(100_000);

it("a full server that evicts takes every entry, and gives whole ones or none", async () => {
  server = await startMemcached(["-m", "4"]);
  const backend = open();
  for (let index = 0; index < 200; index++) await backend.write(`key${index}`, entry("", { payload }));
  const entries = await Promise.all(Array.from({ length: 200 }, (_, index) => backend.read(`key${index}`)));
  const there = entries.filter((each) => each !== undefined);
  expect(there.length).toBeGreaterThan(0);
  expect(there.length).toBeLessThan(200);
  expect(there.every((each) => Buffer.compare(each.payload, payload) === 0)).toBe(true);
  await backend.close?.();
});

it("a full server that does not evict is unavailable, by its reason, and reads go on", async () => {
  server = await startMemcached(["-m", "2", "-M"]);
  const backend = open();
  await backend.write("first", entry("stays"));
  const { code, error } = await failureOf(async () => {
    for (let index = 0; index < 200; index++) await backend.write(`key${index}`, entry("", { payload }));
  });
  expect(code).toBe("unavailable");
  expect(error.message).toContain("out of memory");
  expect(textOf(await backend.read("first"))).toBe("stays");
  await backend.close?.();
});
