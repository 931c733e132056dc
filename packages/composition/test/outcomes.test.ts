import { compose, hedged, race, raceWrite } from "@hitbox/composition";
import { type CacheContext, cacheContext, cacheValue } from "@hitbox/core";
import { gate } from "@hitbox/test-support";
import { describe, expect, test } from "vitest";
import { put, tier } from "./support/tier.ts";

/** As in `l1 read hit`. */
function told({ tiers }: CacheContext): string[] {
  return tiers.map(
    ({ tier: path, operation, status }) => `${path.slice(path.indexOf(".") + 1)} ${operation} ${status}`,
  );
}

const turn = (): Promise<unknown> => new Promise((resolve) => setImmediate(resolve));

describe("the outcomes in a context", () => {
  test("are of the tiers that were asked, and of no others", async () => {
    const [l1, l2] = [tier("l1"), tier("l2")];
    put(l1, "k", "v");
    const context = cacheContext();
    await compose(l1, l2).get("k", context);
    expect(told(context)).toEqual(["l1 read hit"]);
    l1.failing.add("write");
    const written = cacheContext();
    await expect(
      (async () => compose(l1, l2, { write: "sequential" }).set("k", cacheValue(1), written))(),
    ).rejects.toThrow();
    expect(told(written)).toEqual(["l1 write error"]);
    expect(written.tiers[0]).toMatchObject({ error: { code: "connection" } });
  });

  test.each([race(), race({ loser: "drop" }), hedged({ after: 0 })])(
    "tell of a read that was overtaken once it ends ($name)",
    async (read) => {
      const [l1, l2] = [tier("l1"), tier("l2", { answers: "later" })];
      for (const store of [l1, l2]) put(store, "k", store.label, { createdAt: 1 });
      const { opened, open } = gate();
      l1.gate = () => opened;
      const context = cacheContext();
      await compose(l1, l2, { read }).get("k", context);
      expect(told(context)).toEqual(["l2 read hit"]);
      open();
      await turn();
      expect(told(context)).toEqual(["l2 read hit", "l1 read hit"]);
      expect(context).toMatchObject({ status: "hit", source: "l1>l2.l2" });
      for (const { durationMs } of context.tiers) expect(durationMs).toBeGreaterThanOrEqual(0);
    },
  );

  test("tell of a read that was overtaken and fails", async () => {
    const [l1, l2] = [tier("l1", { answers: "later" }), tier("l2")];
    put(l1, "k", "v");
    const { opened, open } = gate();
    l2.gate = () => opened;
    l2.failing.add("read");
    const context = cacheContext();
    const backend = compose(l1, l2, { read: "race" });
    await backend.get("k", context);
    open();
    await backend.close();
    expect(told(context)).toEqual(["l1 read hit", "l2 read error"]);
  });

  test.each([raceWrite(), raceWrite({ loser: "drop" }), "write-behind"] as const)(
    "tell of a write in the background once it ends: %o",
    async (write) => {
      const [l1, l2] = [tier("l1"), tier("l2")];
      const { opened, open } = gate();
      l2.gate = () => opened;
      const context = cacheContext();
      await compose(l1, l2, { write }).set("k", cacheValue(1), context);
      expect(told(context)).toEqual(["l1 write ok"]);
      open();
      await turn();
      expect(told(context)).toEqual(["l1 write ok", "l2 write ok"]);
    },
  );

  test("tell of a refill once it has been done in the background, in nested compositions too", async () => {
    const [near, mid, far] = [tier("near", { answers: "later" }), tier("mid"), tier("far")];
    put(far, "k", "v");
    const { opened, open } = gate();
    mid.gate = (operation) => (operation === "write" ? opened : undefined);
    const context = cacheContext();
    const inner = compose(mid, far, { label: "inner", read: "parallel" });
    const backend = compose(near, inner, { read: "race", label: "outer" });
    await backend.get("k", context);
    open();
    await backend.close();
    expect(told(context).sort()).toEqual([
      "inner.far read hit",
      "inner.mid read miss",
      "inner.mid write ok",
      "near read miss",
      "near write ok",
    ]);
  });

  test("tell of a set that a later one made pointless: skipped", async () => {
    const [l1, l2] = [tier("l1"), tier("l2")];
    const { opened, open } = gate();
    l2.gate = () => opened;
    const backend = compose(l1, l2);
    const contexts = [1, 2, 3].map(() => cacheContext());
    const sets = contexts.map((context, version) => backend.set("k", cacheValue(version), context));
    open();
    await Promise.all(sets);
    expect(contexts.map(told)).toEqual([
      ["l1 write ok", "l2 write ok"],
      ["l1 write ok", "l2 write skipped"],
      ["l1 write ok", "l2 write ok"],
    ]);
  });

  // What a cache hides and tries again follows from it.
  test("tell of a set that a later one made pointless, and that one failed: error", async () => {
    const [l1, l2] = [tier("l1"), tier("l2")];
    const { opened, open } = gate();
    l2.gate = () => opened;
    const backend = compose(l1, l2);
    const contexts = [1, 2, 3].map(() => cacheContext());
    const sets = contexts.map((context, version) => backend.set("k", cacheValue(version), context));
    l2.failing.add("write");
    open();
    await Promise.all(sets);
    for (const context of contexts) expect(told(context)).toEqual(["l1 write ok", "l2 write error"]);
  });
});
