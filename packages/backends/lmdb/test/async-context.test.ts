import { AsyncLocalStorage } from "node:async_hooks";
import { untilGarbage, useFolder } from "@hitbox/test-support";
import { it } from "vitest";
import { lmdb } from "../src/index.ts";
import { stored } from "./stored.ts";

const freshPath = useFolder();

it("keeps no AsyncLocalStorage store of an operation alive", async () => {
  const requests = new AsyncLocalStorage<object>();
  let backend: ReturnType<typeof lmdb> | undefined;
  const operate = async (): Promise<void> => {
    backend = lmdb({ path: freshPath(), sweepInterval: 1_000_000 });
    await backend.write("key", stored("value", Date.now() + 1_000));
    backend.read("key");
    await backend.lease?.("other", 1_000);
    await backend.remove("key");
  };
  const first = await (async (): Promise<WeakRef<object>> => {
    const request = { user: "first" };
    await requests.run(request, operate);
    return new WeakRef(request);
  })();
  // A later operation: the last one of all may be kept until the next.
  await backend?.write("later", stored("value"));
  await untilGarbage(first);
  await backend?.close?.();
});
