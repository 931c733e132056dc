import { AsyncLocalStorage } from "node:async_hooks";
import { setTimeout as wait } from "node:timers/promises";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { expect, it } from "vitest";
import { entry, freshPath, open } from "./support.ts";

setFlagsFromString("--expose-gc");
const collect = runInNewContext("gc") as () => void;

it("the timer of sweeps keeps no AsyncLocalStorage store of the opening request alive", async () => {
  const requests = new AsyncLocalStorage<object>();
  const begin = () => {
    const request = { user: "first" };
    const backend = requests.run(request, () => {
      const opened = open({ path: freshPath(), sweepInterval: 1_000_000 });
      void opened.write("key", entry("value"));
      return opened;
    });
    return { backend, first: new WeakRef(request) };
  };
  const { backend, first } = begin();
  for (let round = 0; round < 100 && first.deref() !== undefined; round++) {
    await wait(20);
    collect();
  }
  expect(first.deref()).toBeUndefined();
  await backend.close?.();
});
