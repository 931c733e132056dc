import { type Cache, type CacheOptions, createCache } from "@hitbox/cache";
import { compose } from "@hitbox/composition";
import type { Backend } from "@hitbox/core";
import { memory } from "@hitbox/memory";
import { describe, expect, it } from "vitest";
import { type Gate, gate, settled } from "./support/gate.ts";
import { sharedStore } from "./support/shared-store.ts";
import { unheardRejections } from "./support/unheard.ts";

// A close finishes what was begun before it, and says by an error what it gave up.

/** A store whose changes wait until a gate opens. */
function gated(store: Backend<unknown>, opened: Gate["opened"]): Backend<unknown> {
  return {
    ...store,
    async write(...args) {
      await opened;
      return store.write(...args);
    },
    async remove(...args) {
      await opened;
      return store.remove(...args);
    },
    async writeFenced(...args) {
      await opened;
      return store.writeFenced?.(...args) ?? false;
    },
  };
}

function pair(options: Partial<CacheOptions> = {}) {
  const store = sharedStore(Date.now);
  const answers = gate();
  const open = (shared: Backend<unknown>): Cache =>
    createCache({ backend: compose(memory({ maxEntries: 1_000 }), shared), ttl: "1m", ...options });
  return { answers, here: open(gated(store, answers.opened)), there: open(store), later: () => open(store) };
}

describe("a close finishes", () => {
  it("an invalidation that is under way, and other processes see it", async () => {
    const { answers, here, there } = pair();
    await there.set("a", "old", { tags: ["t"] });
    expect(await there.get("a")).toBe("old");
    const invalidated = here.invalidateTags(["t"]);
    const closed = here.close();
    await settled();
    answers.open();
    await Promise.all([invalidated, closed]);
    expect(await there.get("a")).toBeUndefined();
  });

  it("20 invalidations that are called just before it, though nobody waits for them", async () => {
    for (let time = 0; time < 20; time++) {
      const { answers, here, there } = pair();
      answers.open();
      await there.set("a", "old", { tags: ["t"] });
      const invalidated = here.invalidateTags(["t"]);
      await here.close();
      await invalidated;
      expect(await there.get("a")).toBeUndefined();
    }
  });

  it("a set with tags that is under way, and others can read its entry", async () => {
    const { answers, here, there, later } = pair();
    const set = here.set("a", 1, { tags: ["t", "u"] });
    const many = here.setMany(
      [
        ["b", 2],
        ["c", 3],
      ],
      { tags: ["u"] },
    );
    const closed = here.close();
    await settled();
    answers.open();
    await Promise.all([set, many, closed]);
    expect(await there.getMany(["a", "b", "c"])).toEqual([1, 2, 3]);
    await there.invalidateTags(["u"]);
    expect(await later().getMany(["a", "b", "c"])).toEqual([undefined, undefined, undefined]);
  });

  it("a delete and the clear of a namespace that are under way", async () => {
    const { answers, here, there, later } = pair();
    await there.set("a", 1);
    await there.namespace("n", { clear: true }).set("b", 2);
    const changes = [here.delete("a"), here.namespace("n", { clear: true }).clear()];
    const closed = here.close();
    await settled();
    answers.open();
    await Promise.all([...changes, closed]);
    expect(await later().get("a")).toBeUndefined();
    expect(await later().namespace("n", { clear: true }).get("b")).toBeUndefined();
  });
});

it("150 sets that nobody waits for, before and after a close, leave no rejection unheard", async () => {
  const unheard = unheardRejections();
  const { answers, here, there } = pair();
  const keys = Array.from({ length: 150 }, (_, index) => `k${index}`);
  for (const [index, key] of keys.entries()) void here.set(key, index, { tags: [`t${index % 7}`] });
  const closed = here.close();
  for (const key of keys) {
    void here.set(key, "late", { tags: ["t"] });
    void here.delete(key);
    void here.invalidateTags(["t"]);
  }
  await settled();
  answers.open();
  await closed;
  await settled();
  expect(unheard).not.toHaveBeenCalled();
  expect(await there.getMany(keys)).toEqual(keys.map((_, index) => index));
});

describe("a close whose changes never end", () => {
  it("ends after closeTimeout with an error that names what it gave up", async () => {
    const unheard = unheardRejections();
    const { here } = pair({ closeTimeout: 50 });
    void here.set("a", 1);
    void here.set("b", 2, { tags: ["t"] });
    void here.delete("c");
    void here.invalidateTags(["t"]);
    await expect(here.close()).rejects.toMatchObject({
      code: "timeout",
      retryable: false,
      message: expect.stringMatching(
        /gave up changes: set \(2\), delete \(1\), invalidateTags \(1\) did not end within 50 ms$/,
      ),
    });
    await settled();
    expect(unheard).not.toHaveBeenCalled();
  });

  it("tells everyone who closes it the same", async () => {
    const { here } = pair({ closeTimeout: "50ms" });
    void here.set("a", 1);
    const closes = [here.close(), here.namespace("n").close(), here[Symbol.asyncDispose]()];
    for (const close of closes) await expect(close).rejects.toThrow(/gave up changes: set \(1\) did not end/);
    await expect(here.get("a")).rejects.toMatchObject({ code: "closed" });
  });
});

it("an invalidation that goes on failing is named by the close", async () => {
  const store = sharedStore(Date.now);
  const failing: Backend<unknown> = {
    ...store,
    remove: () => Promise.reject(new Error("down")),
  };
  const cache = createCache({ backend: failing, ttl: "1m" });
  await cache.invalidateTags(["t"]);
  await expect(cache.close()).rejects.toMatchObject({
    message: expect.stringMatching(/gave up changes: pending delete \(1\) did not reach a tier/),
    cause: expect.objectContaining({ message: expect.stringMatching(/down|remove|failed/) }),
  });
});

it.each([-1, "soon", Number.NaN])("closeTimeout must be a duration, which %o is not", (closeTimeout) => {
  const backend = memory({ maxEntries: 10 });
  expect(() => createCache({ backend, ttl: "1m", closeTimeout })).toThrow(/^closeTimeout must be/);
});

it("a close with nothing under way waits for no deadline", async () => {
  const { answers, here } = pair({ closeTimeout: "1h" });
  answers.open();
  await here.set("a", 1, { tags: ["t"] });
  await here.close();
});
