import { useFolder } from "@hitbox/test-support";
import { expect, it } from "vitest";
import { lmdb } from "../src/index.ts";
import { stored } from "./stored.ts";

const freshPath = useFolder();

// The entry that a load replaces may end while the loader runs. Its end is not the end of the lease.

it("a lease over an entry that ends before it is still held then, and its fence holds", async () => {
  let time = 1_000_000;
  const backend = lmdb({ path: freshPath(), now: () => time });
  await backend.write("key", stored("old", time + 100));
  await backend.write("forever", stored("old"));
  const lease = await backend.lease?.("key", 60_000);
  await backend.lease?.("forever", 60_000);
  time += 200;
  expect((await backend.lease?.("key", 60_000))?.granted).toBe(false);
  expect(await backend.writeFenced?.("key", stored("new", time + 1_000), lease?.fence ?? "")).toBe(true);
  time += 300_000;
  // No lease, and its entry has no end.
  expect(await backend.read("forever")).toBeDefined();
  await backend.close?.();
});
