import { AsyncLocalStorage } from "node:async_hooks";
import { untilGarbage, useFolder } from "@hitbox/test-support";
import { it } from "vitest";
import { entry, open } from "./support.ts";

const freshPath = useFolder({ suffix: ".db" });

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
  await untilGarbage(first);
  await backend.close?.();
});
