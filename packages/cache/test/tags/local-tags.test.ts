import { compose } from "@hitbox/composition";
import { cacheValue } from "@hitbox/core";
import { memory } from "@hitbox/memory";
import { describe, expect, it } from "vitest";
import { testClock } from "../support/clock.ts";
import { tagged } from "./support/tagged.ts";

const names = (count: number, text = "tag"): string[] =>
  Array.from({ length: count }, (_, n) => `${text}${n}`);

describe("tags of a store in the process", () => {
  it("are answered without a promise", () => {
    const { index } = tagged(memory({ maxEntries: 10 }));
    const stamps = index.stamp(["x"], 1_000);
    expect(stamps).not.toBeInstanceOf(Promise);
    const entry = index.stamped(cacheValue(1, { tags: ["x"] }), stamps as never);
    expect(index.accepts(entry)).toBe(true);
    void index.invalidate(["x"]);
    expect(index.accepts(entry)).toBe(false);
  });

  it("take no room from the entries: 100 entries with a tag each are kept in room for 100", async () => {
    const { put, read } = tagged(memory({ maxEntries: 100 }));
    for (const name of names(100)) await put(name, 1, [name]);
    for (const name of names(100)) expect(await read(name)).toBe(1);
  });

  it("are kept while other entries come and go", async () => {
    const { put, read, tier } = tagged(memory({ maxEntries: 1_000 }));
    for (const name of names(900)) await put(name, 1, ["all"]);
    for (const name of names(100, "other")) await tier.set(name, cacheValue(1));
    for (const name of names(900)) expect(await read(name)).toBe(1);
  });

  it("give back the value that was set just now, with room for two entries, and after a clear", async () => {
    const { index, put, read, tier } = tagged(memory({ maxEntries: 2 }));
    for (let round = 0; round < 20; round++) {
      await put("a", round, names(5));
      expect(await read("a")).toBe(round);
      if (round % 3 === 0) await tier.clear();
      if (round % 3 === 0) index.forget();
      expect(await read("a")).toBe(round % 3 === 0 ? undefined : round);
    }
  });

  it("are invalidated for entries from before, and not for entries from after", async () => {
    const { index, put, read } = tagged(memory({ maxEntries: 100 }));
    await put("a", 1, ["x", "y"]);
    await put("b", 2, ["z"]);
    await index.invalidate(["y", "other"]);
    await put("c", 3, ["y"]);
    expect([await read("a"), await read("b"), await read("c")]).toEqual([undefined, 2, 3]);
  });

  it("are taken from the beginning of a load, also if they are named late", async () => {
    const { index } = tagged(memory({ maxEntries: 10 }));
    const stamps = await index.stamp([], 1_000);
    await index.invalidate(["x"]);
    const late = await index.restamp(stamps, ["x"], 1_000);
    expect(index.accepts(index.stamped(cacheValue(1, { tags: ["x"] }), late))).toBe(false);
  });

  it("make an entry of another process, of an earlier release or without a stamp invalid", async () => {
    const { index } = tagged(memory({ maxEntries: 10 }));
    // Some of these begin with text that is greater than that of the index, and some with less.
    for (let other = 0; other < 20; other++) {
      const foreign = tagged(memory({ maxEntries: 10 })).index;
      const entry = foreign.stamped(cacheValue(1, { tags: ["x"] }), await foreign.stamp(["x"], 1));
      expect(index.accepts(entry)).toBe(false);
    }
    expect(index.accepts(cacheValue(1, { tags: ["x"] }))).toBe(false);
    expect(index.accepts(cacheValue(1, { tags: ["x", "%=AAAAAAAA"] }))).toBe(false);
    expect(index.accepts(cacheValue(1, { tags: ["%none", "%v3"] }))).toBe(true);
    expect(index.accepts(cacheValue(1))).toBe(true);
  });

  it("are shared by the caches of one backend object, and by no others", async () => {
    const store = memory({ maxEntries: 10 });
    const [here, there] = [tagged(store), tagged(store)];
    await here.put("a", 1, ["x"]);
    expect(await there.read("a")).toBe(1);
    await there.index.invalidate(["x"]);
    expect(await here.read("a")).toBeUndefined();
    const beside = tagged(compose(store, memory({ maxEntries: 10 })));
    await here.put("a", 2, ["x"]);
    expect(await beside.read("a")).toBeUndefined();
  });
});

describe("the memory of invalidated tags", () => {
  it("is bounded: the entries from before the oldest that are forgotten are invalid", async () => {
    const { index, put, read } = tagged(memory({ maxEntries: 100 }));
    await put("old", 1, ["kept"]);
    await put("gone", 1, ["x"]);
    await index.invalidate(["x"]);
    for (let part = 0; part < 10; part++) await index.invalidate(names(15_000, `${part}:`));
    await put("new", 2, ["kept"]);
    expect([await read("old"), await read("gone"), await read("new")]).toEqual([undefined, undefined, 2]);
  });

  it("is freed when the entries from before must have expired, and brings none back", async () => {
    const { now, advance } = testClock();
    const clock = { jump: 0 };
    const { index, put, tier } = tagged(memory({ maxEntries: 100 }), {
      now,
      elapsed: () => now() + clock.jump,
    });
    await put("a", 1, ["x"], 60_000);
    const entry = await tier.get("a");
    await index.invalidate(["x"]);
    // A clock that is an hour off says that everything has expired.
    clock.jump = 3_600_000;
    for (let round = 0; round < 3; round++) {
      await put(`b${round}`, 1, ["y"], 1_000);
      await index.invalidate(["y"]);
      advance(10_000);
    }
    expect(index.accepts(entry as never)).toBe(false);
  });
});
