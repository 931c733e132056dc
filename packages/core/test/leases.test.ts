import { cacheBackend, cacheValue } from "@hitbox/core";
import { expect, test } from "vitest";
import { mapBackend } from "./support/map-backend.ts";

test("an entry that cannot be read is given with its lease as none, and can be replaced by it", async () => {
  const raw = mapBackend({ supports: { lease: true } });
  raw.lease = (key) => ({ fence: "f", granted: true, entry: raw.entries.get(key) });
  raw.writeFenced = async (key, value) => {
    await raw.write(key, value);
    return true;
  };
  const backend = cacheBackend(raw);
  await backend.set("key", cacheValue("of the next release"));
  const stored = raw.entries.get("key");
  if (stored) raw.entries.set("key", { ...stored, format: "next" });
  await expect((async () => backend.get("key"))()).rejects.toMatchObject({ code: "deserialization" });

  const lease = await backend.lease<string>("key", 1_000);
  expect(lease).toEqual({ fence: "f", granted: true, value: undefined });
  expect(await backend.setFenced("key", cacheValue("ours"), lease.fence)).toBe(true);
  expect((await backend.get<string>("key"))?.data).toBe("ours");
});
