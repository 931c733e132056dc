import { type BackendMessage, cacheBackend, cacheValue } from "@hitbox/core";
import { heard } from "@hitbox/test-support";
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

test("a backend without leases refuses each operation on them, and says which", () => {
  const backend = cacheBackend(mapBackend());
  const refused = (operation: string) =>
    expect.objectContaining({
      code: "unsupported",
      message: expect.stringContaining(`which ${operation} needs`),
    });
  expect(() => backend.lease("key", 1_000)).toThrow(refused("lease"));
  expect(() => backend.setFenced("key", cacheValue(1), "f")).toThrow(refused("setFenced"));
  expect(() => backend.releaseLease("key", "f")).toThrow(refused("releaseLease"));
});

test("whoever listens hears whether a lease came with a value", async () => {
  const raw = mapBackend({ supports: { lease: true } });
  raw.lease = (key) => ({ fence: "f", granted: true, entry: raw.entries.get(key) });
  const backend = cacheBackend(raw);
  await backend.set("there", cacheValue(1));
  const messages = heard<BackendMessage>("hitbox:backend:read");
  await backend.lease("there", 1_000);
  await backend.lease("not there", 1_000);
  await backend.get("there");
  expect(messages.map(({ key, hit, purpose }) => [key, hit, purpose])).toEqual([
    ["there", true, "lease"],
    ["not there", false, "lease"],
    ["there", true, "value"],
  ]);
});

test("a value that has expired is not written by a lease's holder either", async () => {
  const raw = mapBackend({ supports: { lease: true } });
  const fenced: string[] = [];
  raw.writeFenced = (key) => fenced.push(key) > 0;
  const backend = cacheBackend(raw, { now: () => 1_000 });
  const value = { data: 1, createdAt: 1, staleAt: undefined, expiresAt: 999 };
  expect(await backend.setFenced("key", value, "f")).toBe(false);
  expect(await backend.setFenced("key", { ...value, expiresAt: 1_001 }, "f")).toBe(true);
  expect(fenced).toEqual(["key"]);
});

test("a fence that no lease gave is refused, before the store is asked", () => {
  const raw = mapBackend({ supports: { lease: true } });
  const unasked = (): never => {
    throw new Error("the store was asked");
  };
  const backend = cacheBackend({ ...raw, lease: unasked, writeFenced: unasked, releaseLease: unasked });
  for (const fence of ["", undefined as never]) {
    expect(() => backend.setFenced("key", cacheValue(1), fence)).toThrow("fence must be one that lease gave");
    expect(() => backend.releaseLease("key", fence)).toThrow("fence must be one that lease gave");
  }
});

test("whoever listens hears of a fenced set that was written, and of none that was refused", async () => {
  const raw = mapBackend({ supports: { lease: true } });
  raw.writeFenced = (_, __, fence) => fence === "valid";
  const backend = cacheBackend(raw);
  const messages = heard<BackendMessage>("hitbox:backend:write");
  await backend.setFenced("refused", cacheValue(1), "void");
  await backend.setFenced("written", cacheValue(1), "valid");
  expect(messages.map(({ key }) => key)).toEqual(["written"]);
});
