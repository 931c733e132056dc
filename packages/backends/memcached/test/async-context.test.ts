import { AsyncLocalStorage } from "node:async_hooks";
import { startMemcached } from "@hitbox/test-servers";
import { untilGarbage } from "@hitbox/test-support";
import { expect, it } from "vitest";
import { memcached } from "../src/index.ts";
import { entry, FAR_DEADLINE, textOf } from "./support.ts";

it("a connection keeps no AsyncLocalStorage store of its first operation", async () => {
  const server = await startMemcached();
  const requests = new AsyncLocalStorage<object>();
  const backend = memcached({ servers: [server.address], timeout: FAR_DEADLINE });
  const first = await (async (): Promise<WeakRef<object>> => {
    const request = { user: "first" };
    await requests.run(request, async () => {
      await backend.write("key", entry("value"));
      await backend.lease?.("other", 1_000);
    });
    return new WeakRef(request);
  })();
  for (let time = 0; time < 3; time++) await backend.write(`later${time}`, entry("value"));
  await untilGarbage(first);
  expect(textOf(await backend.read("later1"))).toBe("value");
  await backend.close?.();
  await server.close();
});
