import { type Memcached, startMemcached } from "@hitbox/test-servers";
import { build, startChild } from "@hitbox/test-support";
import { afterAll, beforeAll, expect, it } from "vitest";
import { memcached } from "../src/index.ts";
import { entry, FAR_DEADLINE, failureOf, textOf } from "./support.ts";

let server: Memcached;
beforeAll(async () => {
  build("backends/memcached");
  server = await startMemcached();
});
afterAll(() => server.close());

it("a process ends with an idle backend, and not while an operation is under way", async () => {
  const child = startChild(
    `
    import { memcached } from "../dist/index.js";
    const backend = memcached({ servers: [process.argv[1]], timeout: 20_000 });
    backend.read("key").then((value) => say(String(value)));
    `,
    { cwd: import.meta.dirname, args: [server.address] },
  );
  expect(await child.hear()).toBe("undefined");
  expect(await child.ended).toBe(0);
});

it("a backend that is closed lets the server answer what is under way, and refuses the rest", async () => {
  const backend = memcached({ servers: [server.address], timeout: FAR_DEADLINE });
  const writing = backend.write("key", entry("value"));
  await new Promise((resolve) => setImmediate(resolve));
  await backend.close?.();
  await writing;
  expect((await failureOf(() => backend.read("key"))).code).toBe("closed");
  const other = memcached({ servers: [server.address], timeout: FAR_DEADLINE });
  expect(textOf(await other.read("key"))).toBe("value");
  await other.close?.();
});
