import { AsyncLocalStorage } from "node:async_hooks";
import { startDynalite } from "@hitbox/test-servers";
import { untilGarbage } from "@hitbox/test-support";
import { it, onTestFinished } from "vitest";
import { createTable, dynamodb } from "../src/index.ts";
import { clientOf, entry } from "./support.ts";

it("keeps no AsyncLocalStorage store of its first operation", async () => {
  const requests = new AsyncLocalStorage<object>();
  const server = await startDynalite();
  onTestFinished(() => server.close());
  const client = clientOf(server);
  await createTable(client, { table: "cache", sortKey: "sk" });
  const backend = dynamodb({ client, table: "cache", sortKey: "sk" });
  const operate = async (): Promise<void> => {
    await backend.write("key", entry("value"));
    await backend.read("key");
    await backend.lease?.("other", 1_000);
    await backend.writeMany?.(Array.from({ length: 60 }, (_, index) => [`many${index}`, entry("value")]));
    await backend.clear?.();
  };
  const first = await (async (): Promise<WeakRef<object>> => {
    const request = { user: "first" };
    await requests.run(request, operate);
    return new WeakRef(request);
  })();
  // The sockets are the caller's client's.
  client.destroy();
  for (let time = 0; time < 3; time++) await backend.write(`later${time}`, entry("value"));
  await untilGarbage(first);
  client.destroy();
});
