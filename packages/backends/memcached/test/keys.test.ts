import { type Memcached, startMemcached } from "@hitbox/test-servers";
import { afterAll, beforeAll, expect, it } from "vitest";
import { memcached } from "../src/index.ts";
import { ask, entry, FAR_DEADLINE, freshPrefix, secondsLeft, textOf } from "./support.ts";

let server: Memcached;
beforeAll(async () => {
  server = await startMemcached();
});
afterAll(() => server.close());

const open = (prefix: string) => memcached({ servers: [server.address], prefix, timeout: FAR_DEADLINE });

it("a key of visible ASCII is in memcached as it is", async () => {
  const prefix = freshPrefix();
  const backend = open(prefix);
  await backend.write("user:42/~{name}", entry("value"));
  expect(await secondsLeft(server.port, `${prefix}::user:42/~{name}`)).toBe(-1);
  await backend.close?.();
});

it.each(["a b", "a\0b", "a\r\nflush_all\r\n", "a\tb", "\x7f", "é", "中", "100%", ""])(
  "no character of %j gets out of its key",
  async (key) => {
    const prefix = freshPrefix();
    const backend = open(prefix);
    await backend.write("bystander", entry("stays"));
    await backend.write(key, entry("value"));
    expect(textOf(await backend.read(key))).toBe("value");
    expect(textOf(await backend.read("bystander"))).toBe("stays");
    expect(await backend.remove(key)).toEqual({ status: "deleted", count: 1 });
    await backend.close?.();
  },
);

it("a key as long as memcached takes is kept by name, and a longer one by its hash", async () => {
  const prefix = freshPrefix();
  const backend = open(prefix);
  const longest = "k".repeat(250 - `${prefix}::`.length);
  await backend.write(longest, entry("fits"));
  await backend.write(`${longest}k`, entry("is hashed"));
  await backend.write(`${longest}l`, entry("is another"));
  expect(await secondsLeft(server.port, `${prefix}::${longest}`)).toBe(-1);
  expect(textOf(await backend.read(longest))).toBe("fits");
  expect(textOf(await backend.read(`${longest}k`))).toBe("is hashed");
  expect(textOf(await backend.read(`${longest}l`))).toBe("is another");
  expect(await ask(server.port, `mg ${prefix}::${longest}k t`)).toMatch(/^CLIENT_ERROR/);
  await backend.close?.();
});
