import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { build } from "@hitbox/test-support";
import { beforeAll, expect, test } from "vitest";

beforeAll(() => build("composition", "backends/memory"), 60_000);

const PROGRAM = `
  import { compose, hedged, offload } from "@hitbox/composition";
  import { cacheValue } from "@hitbox/core";
  import { memory } from "@hitbox/memory";
  const background = offload({ timeout: { after: 600_000, then: "cancel" } });
  const options = { write: "write-behind", read: hedged({ after: 600_000 }), offload: background };
  const cache = compose(memory({ maxEntries: 10 }), memory({ maxEntries: 10, label: "far" }), options);
  await cache.set("key", cacheValue("value"));
  background.register({ kind: "endless", run: () => new Promise(() => {}) });
  console.log((await cache.get("key")).data);
`;

test("a composition with work in the background keeps no process alive", { timeout: 30_000 }, async () => {
  const args = ["--input-type=module", "--eval", PROGRAM];
  const run = promisify(execFile)(process.execPath, args, { cwd: import.meta.dirname, timeout: 20_000 });
  expect((await run).stdout).toBe("value\n");
});
