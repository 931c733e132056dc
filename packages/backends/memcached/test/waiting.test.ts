import { randomBytes } from "node:crypto";
import { type Memcached, startMemcached } from "@hitbox/test-servers";
import { afterEach, beforeEach, expect, it } from "vitest";
import { memcached } from "../src/index.ts";
import { entry, FAR_DEADLINE, failureOf, textOf } from "./support.ts";

const MIB = 2 ** 20;
const payload = randomBytes(900_000);
const large = (count: number, name = "large") =>
  Array.from({ length: count }, (_, index) => [`${name}${index}`, entry("", { payload })] as const);

let server: Memcached;
let backend: ReturnType<typeof memcached>;
beforeEach(async () => {
  server = await startMemcached(["-m", "512"]);
  backend = memcached({ servers: [server.address], timeout: FAR_DEADLINE });
  await backend.write("small", entry("value"));
});
afterEach(async () => {
  await backend.close?.();
  await server.close();
});

it("writes of one turn are refused beyond 64 MiB, by that limit, while reads and deletes go on", async () => {
  const writing = Promise.allSettled(large(300).map(async ([key, value]) => backend.write(key, value)));
  const [found, removed] = await Promise.all([backend.read("small"), backend.remove("absent")]);
  expect([textOf(found), removed?.status]).toEqual(["value", "missing"]);
  const ends = await writing;
  const refused = ends.filter((end) => end.status === "rejected");
  const sent = ends.length - refused.length;
  expect(sent * payload.byteLength).toBeGreaterThan(63 * MIB);
  expect(sent * payload.byteLength).toBeLessThan(65 * MIB);
  for (const { reason } of refused) expect(reason).toMatchObject({ code: "unavailable" });
  expect(refused[0]?.reason.message).toContain("64 MiB wait to be sent");
  await backend.write("later", entry("value"));
});

it("batches that are larger than 64 MiB are stored, side by side and beside small operations", async () => {
  const [a, b] = [large(90, "a"), large(90, "b")];
  const first = backend.writeMany?.(a);
  await new Promise(setImmediate);
  const writing = Promise.all([first, backend.writeMany?.(b)]);
  expect(textOf(await backend.read("small"))).toBe("value");
  await backend.write("small", entry("newer"));
  await writing;
  const keys = [...a, ...b].map(([key]) => key);
  const found = (await backend.readMany?.(keys)) ?? [];
  expect(found.filter((each) => Buffer.compare(Object(each).payload, payload) === 0)).toHaveLength(180);
});

it("commands are refused beyond 20,000, by that limit", async () => {
  const reads = Array.from({ length: 20_100 }, async () => backend.read("small"));
  const { code, error } = await failureOf(() => backend.read("small"));
  expect([code, error.message]).toEqual(["unavailable", expect.stringContaining("20,000 commands wait")]);
  const ends = await Promise.allSettled(reads);
  expect(ends.filter((end) => end.status === "fulfilled")).toHaveLength(20_000);
  expect(textOf(await backend.read("small"))).toBe("value");
});
