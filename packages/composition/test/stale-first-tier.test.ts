import { compose } from "@hitbox/composition";
import { cacheContext, cacheValue } from "@hitbox/core";
import { asTier } from "@hitbox/core/tier";
import { memory } from "@hitbox/memory";
import { describe, expect, test, vi } from "vitest";
import { clockAt } from "./support/clock-at.ts";
import { held, tier } from "./support/tier.ts";

/** Two processes, each with a first tier of its own over one store that tells nobody of changes. */
function twoProcesses() {
  const clock = clockAt(1_000);
  const store = memory({ maxEntries: 100, now: clock.now });
  const process = () => {
    const l1 = tier("l1");
    return { l1, backend: asTier(compose(l1, store, { now: clock.now })) };
  };
  return { clock, a: process(), b: process() };
}

const lived = { ttl: 3_600_000, stale: 100 } as const;

describe("a first tier whose entry is stale", () => {
  test("takes the newer value that another process has stored, and answers with it", async () => {
    const { clock, a, b } = twoProcesses();
    await a.backend.set("k", cacheValue("old", { ...lived, now: clock.now }));
    clock.advance(50);
    await b.backend.set("k", cacheValue("new", { ...lived, now: clock.now }));
    expect((await a.backend.get("k"))?.data).toBe("old");
    clock.advance(60);
    expect((await a.backend.get("k"))?.data).toBe("new");
    expect(held(a.l1, "k")).toBe("new");
    expect(a.l1.calls.filter((call) => call === "write")).toHaveLength(2);
  });

  test("answers with its spare if the second tier has nothing newer, and says so", async () => {
    const { clock, a } = twoProcesses();
    await a.backend.set("k", cacheValue("old", { ...lived, now: clock.now }));
    clock.advance(200);
    const context = cacheContext();
    expect((await a.backend.get("k", context))?.data).toBe("old");
    expect(context).toMatchObject({ status: "hit", source: "l1>memory.l1" });
  });

  test("shows its spare at once to a caller who peeks", async () => {
    const clock = clockAt(1_000);
    const near = memory({ maxEntries: 10, now: clock.now });
    const far = tier("far", { answers: "later" });
    const backend = asTier(compose(near, far, { now: clock.now }));
    await backend.set("k", cacheValue("old", { ...lived, now: clock.now }));
    clock.advance(200);
    far.calls.length = 0;
    expect(backend.peek<string>("k")?.data).toBe("old");
    expect(far.calls).toEqual([]);
  });
});

describe("a lease over a first tier", () => {
  test("brings the first tier the entry that comes with it", async () => {
    const { clock, a, b } = twoProcesses();
    await a.backend.set("k", cacheValue("old", { ...lived, now: clock.now }));
    clock.advance(150);
    await b.backend.set("k", cacheValue("new", { ...lived, now: clock.now }));
    const lease = await a.backend.lease<string>("k", 1_000);
    expect(lease.value?.data).toBe("new");
    expect(held(a.l1, "k")).toBe("new");
  });

  test("brings the first tier that entry though other keys are changed meanwhile", async () => {
    const { clock, a, b } = twoProcesses();
    await a.backend.set("k", cacheValue("old", { ...lived, now: clock.now }));
    clock.advance(150);
    await b.backend.set("k", cacheValue("new", { ...lived, now: clock.now }));
    const leasing = a.backend.lease<string>("k", 1_000);
    await a.backend.set("other", cacheValue(1));
    expect((await leasing).value?.data).toBe("new");
    expect(held(a.l1, "k")).toBe("new");
  });

  test("reads no entry again that the first tier has, whatever is changed meanwhile", async () => {
    const clock = clockAt(1_000);
    const far = memory({ maxEntries: 10, now: clock.now });
    const read = vi.spyOn(far, "read");
    const backend = asTier(compose(tier("l1"), far, { now: clock.now }));
    await backend.set("k", cacheValue("v", { ...lived, now: clock.now }));
    const leasing = backend.lease("k", 1_000);
    await backend.set("other", cacheValue(1));
    await leasing;
    expect(read).not.toHaveBeenCalled();
  });

  test("brings it no entry that is deleted meanwhile", async () => {
    const { clock, a, b } = twoProcesses();
    await b.backend.set("k", cacheValue("old", { ...lived, now: clock.now }));
    const leasing = a.backend.lease<string>("k", 1_000);
    await a.backend.delete("k");
    expect((await leasing).value?.data).toBe("old");
    expect(held(a.l1, "k")).toBe(undefined);
  });

  test("leaves the first tier alone if its own entry is as new", async () => {
    const { clock, a } = twoProcesses();
    await a.backend.set("k", cacheValue("v", { ...lived, now: clock.now }));
    a.l1.calls.length = 0;
    await a.backend.lease("k", 1_000);
    expect(a.l1.calls).toEqual(["read"]);
  });
});

describe("a read past the first tier", () => {
  test("answers as the shared store does, and brings the first tier what is newer", async () => {
    const { clock, a, b } = twoProcesses();
    await a.backend.set("k", cacheValue("old", { ...lived, now: clock.now }));
    clock.advance(1);
    await b.backend.set("k", cacheValue("new", { ...lived, now: clock.now }));
    expect((await a.backend.get("k"))?.data).toBe("old");
    expect((await a.backend.getShared<string>("k"))?.data).toBe("new");
    expect((await a.backend.get("k"))?.data).toBe("new");
  });
});
