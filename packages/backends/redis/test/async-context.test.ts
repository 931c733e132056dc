import { AsyncLocalStorage } from "node:async_hooks";
import { setTimeout as wait } from "node:timers/promises";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import type { Backend } from "@hitbox/core";
import { type RedisServer, startRedis } from "@hitbox/test-servers";
import { afterAll, beforeAll, expect, it } from "vitest";
import { redis } from "../src/index.ts";
import { Notes } from "./coherence/support.ts";
import { entry, until } from "./support.ts";

setFlagsFromString("--expose-gc");
const collect = runInNewContext("gc") as () => void;

let server: RedisServer;
beforeAll(async () => {
  server = await startRedis();
});
afterAll(() => server.close());

const WAYS = {
  "a tier": () => redis({ url: server.url }),
  "a tier that is kept coherent by tracking": () => redis({ url: server.url, coherence: "tracking" }),
  "a tier that is kept coherent by a bus": () => redis({ url: server.url, coherence: "bus" }),
};

it.each(Object.entries(WAYS))(
  "%s keeps no AsyncLocalStorage store of its first operation",
  async (_, open) => {
    const requests = new AsyncLocalStorage<object>();
    const notes = new Notes();
    let backend: Backend | undefined;
    const operate = async (): Promise<void> => {
      backend = open();
      backend.watch?.(notes);
      await backend.write("key", entry("value", { expiresAt: Date.now() + 60_000 }));
      await backend.read("key");
      await backend.lease?.("other", 1_000);
      await backend.remove("key");
    };
    const first = await (async (): Promise<WeakRef<object>> => {
      const request = { user: "first" };
      await requests.run(request, operate);
      return new WeakRef(request);
    })();
    if (backend?.watch) await until(() => notes.isUp);
    // A later operation: the last one of all may be kept until the next.
    for (let time = 0; time < 3; time++) await backend?.write(`later${time}`, entry("value"));
    for (let round = 0; round < 100 && first.deref() !== undefined; round++) {
      await wait(20);
      collect();
    }
    expect(first.deref()).toBeUndefined();
    expect((await backend?.read("later1"))?.payload).toBeDefined();
    await backend?.close?.();
  },
);
