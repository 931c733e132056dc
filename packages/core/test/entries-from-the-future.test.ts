import { cacheBackend, cacheValue } from "@hitbox/core";
import { memory } from "@hitbox/memory";
import { describe, expect, test } from "vitest";
import { mapBackend } from "./support/map-backend.ts";

const HOUR = 3_600_000;
const MINUTE = 60_000;
const NOON = 1_800_000_000_000;

describe.each([
  ["a store of bytes", () => mapBackend({ supports: { lease: true } })],
  ["memory", () => memory({ maxEntries: 10, now: () => 0 })],
] as const)("over %s", (_, open) => {
  const setUp = () => {
    const clock = { at: NOON };
    const now = (): number => clock.at;
    return { clock, now, backend: cacheBackend(open(), { now }) };
  };

  test("an entry of a second does not live an hour longer if the clock is set back by an hour", async () => {
    const { clock, now, backend } = setUp();
    await backend.set("k", cacheValue("v", { ttl: 1_000, now }));
    clock.at -= HOUR;
    expect(await backend.get("k")).toBeUndefined();
    expect(await backend.getMany(["k"])).toEqual([undefined]);
  });

  test("an entry is a hit if it was created by a clock that is up to a minute ahead", async () => {
    const { clock, now, backend } = setUp();
    await backend.set("k", cacheValue("v", { ttl: HOUR, now }));
    clock.at -= MINUTE;
    expect((await backend.get("k"))?.data).toBe("v");
    clock.at -= 1;
    expect(await backend.get("k")).toBeUndefined();
  });

  test("an entry that becomes stale is distrusted likewise; one without an end is not", async () => {
    const { clock, now, backend } = setUp();
    await backend.set("stale", cacheValue("v", { stale: 1_000, now }));
    await backend.set("endless", cacheValue("v", { now }));
    clock.at -= HOUR;
    expect(await backend.get("stale")).toBeUndefined();
    expect((await backend.get("endless"))?.data).toBe("v");
  });
});

test("a lease comes without an entry from the future", async () => {
  const store = mapBackend({ supports: { lease: true } });
  Object.assign(store, {
    lease: (key: string) => ({ fence: "f", granted: true, entry: store.entries.get(key) }),
  });
  const backend = cacheBackend(store, { now: () => NOON });
  await backend.set("k", cacheValue("v", { ttl: HOUR, createdAt: NOON + HOUR }));
  expect(await backend.lease("k", 1_000)).toMatchObject({ granted: true, value: undefined });
});
