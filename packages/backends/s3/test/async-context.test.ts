import { AsyncLocalStorage } from "node:async_hooks";
import { setTimeout as wait } from "node:timers/promises";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { expect, it } from "vitest";
import { s3 } from "../src/index.ts";
import { fakeServer, storeOf } from "./fake.ts";
import { entry } from "./support.ts";

setFlagsFromString("--expose-gc");
const collect = runInNewContext("gc") as () => void;

it("a connection of the backend's own keeps no AsyncLocalStorage store of its first operation", async () => {
  const { endpoint } = await fakeServer(storeOf("quoted").answer);
  const requests = new AsyncLocalStorage<object>();
  const credentials = { accessKeyId: "id", secretAccessKey: "secret" };
  const backend = s3({ endpoint, credentials, bucket: "cache", timeout: 20_000 });
  const first = await (async (): Promise<WeakRef<object>> => {
    const request = { user: "first" };
    await requests.run(request, async () => {
      await backend.write("key", entry("value"));
      await backend.read("key");
      await backend.lease?.("other", 1_000);
    });
    return new WeakRef(request);
  })();
  for (let time = 0; time < 3; time++) await backend.write(`later${time}`, entry("value"));
  for (let round = 0; round < 100 && first.deref() !== undefined; round++) {
    await wait(20);
    collect();
  }
  expect(first.deref()).toBeUndefined();
  await backend.close?.();
});
