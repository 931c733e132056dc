import { randomBytes } from "node:crypto";
import type { StoredValue } from "@hitbox/core";
import { type Memcached, startMemcached } from "@hitbox/test-servers";
import { afterEach, describe, expect, it } from "vitest";
import { memcached } from "../src/index.ts";
import { entry, FAR_DEADLINE, failureOf, textOf } from "./support.ts";

let server: Memcached;
afterEach(() => server.close());

const sized = (bytes: number): StoredValue => entry("", { payload: randomBytes(bytes) });

describe.each([
  ["memcached's default", [], 2 ** 20],
  ["-I 2m", ["-I", "2m"], 2 * 2 ** 20],
  ["-I 512k", ["-I", "512k"], 512 * 2 ** 10],
  ["-I 8m", ["-I", "8m", "-m", "256"], 8 * 2 ** 20],
])("with %s", (_, args, maxItemBytes) => {
  it("the largest value that is declared fits, with a long key and a lease", async () => {
    server = await startMemcached(args);
    const backend = memcached({ servers: [server.address], maxItemBytes, timeout: FAR_DEADLINE });
    const most = backend.supports.maxValueBytes ?? 0;
    expect(maxItemBytes - most).toBeLessThan(1_024);
    const key = "k".repeat(240);
    const { fence } = (await backend.lease?.(key, 10_000)) ?? { fence: "" };
    const value = sized(most);
    expect(await backend.writeFenced?.(key, value, fence)).toBe(true);
    expect((await backend.lease?.(key, 10_000))?.granted).toBe(true);
    expect(Buffer.compare((await backend.read(key))?.payload ?? Buffer.of(), value.payload)).toBe(0);
    expect((await failureOf(() => backend.write(key, sized(maxItemBytes)))).code).toBe("too-large");
    await backend.close?.();
  });
});

it("a value that the server refuses is too large, and leaves nothing older behind", async () => {
  server = await startMemcached();
  const backend = memcached({ servers: [server.address], maxItemBytes: 2 ** 22, timeout: FAR_DEADLINE });
  await backend.write("key", entry("older"));
  const { code, error } = await failureOf(() => backend.write("key", sized(2 ** 21)));
  expect(code).toBe("too-large");
  expect(error.message).toContain("-I");
  expect(await backend.read("key")).toBeUndefined();
  await backend.write("key", entry("newer"));
  expect(textOf(await backend.read("key"))).toBe("newer");
  await backend.close?.();
});

it("a value that is larger than this process takes is dropped, and holds up no other", async () => {
  server = await startMemcached();
  const large = memcached({ servers: [server.address], timeout: FAR_DEADLINE });
  const small = memcached({ servers: [server.address], maxItemBytes: 4_096, timeout: FAR_DEADLINE });
  await large.write("large", sized(500_000));
  await large.write("small", entry("value"));
  const [refused, read] = await Promise.allSettled([small.read("large"), small.read("small")]);
  expect(refused).toMatchObject({ status: "rejected", reason: { code: "too-large" } });
  expect(read.status === "fulfilled" && textOf(read.value)).toBe("value");
  const batch = (await small.readMany?.(["large", "small", "absent"])) ?? [];
  expect(batch).toMatchObject([{ code: "too-large" }, { format: expect.anything() }, undefined]);
  expect(await small.remove("large")).toMatchObject({ status: "deleted" });
  expect(await large.read("large")).toBeUndefined();
  await Promise.all([large.close?.(), small.close?.()]);
});
