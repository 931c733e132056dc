import { AsyncLocalStorage } from "node:async_hooks";
import { setTimeout as wait } from "node:timers/promises";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { expect, it } from "vitest";
import { lmdb } from "../src/index.ts";
import { freshPath, stored } from "./folder.ts";

setFlagsFromString("--expose-gc");
const collect = runInNewContext("gc") as () => void;

it("keeps no AsyncLocalStorage store of an operation alive", async () => {
  const requests = new AsyncLocalStorage<object>();
  const path = freshPath();
  const begin = (): WeakRef<object> => {
    const request = { user: "first" };
    return requests.run(request, () => {
      const backend = lmdb({ path, sweepInterval: 1_000_000 });
      backends.push(backend);
      void operate(backend);
      return new WeakRef(request);
    });
  };
  const backends: ReturnType<typeof lmdb>[] = [];
  const operate = async (backend: ReturnType<typeof lmdb>): Promise<void> => {
    await backend.write("key", stored("value", Date.now() + 1_000));
    backend.read("key");
    await backend.lease?.("other", 1_000);
    await backend.remove("key");
  };
  const first = begin();
  const [backend] = backends;
  await wait(100);
  // A later operation: the last one of all may be kept until the next.
  await backend?.write("later", stored("value"));
  for (let round = 0; round < 20 && first.deref() !== undefined; round++) {
    await wait(20);
    collect();
  }
  expect(first.deref()).toBeUndefined();
  await backend?.close?.();
});
