import { faulty } from "@hitbox/conformance";
import { type Backend, BackendError, cacheBackend, cacheValue, json } from "@hitbox/core";
import { memory } from "@hitbox/memory";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type ShadowMessage, shadow, subscribeTo } from "../src/index.ts";
import { bytes, codeOf, entry, textOf, withBatches } from "./support.ts";

const AT_ONCE = { recheckAfter: 0 };

async function settled(): Promise<void> {
  for (let turn = 0; turn < 3; turn++) await new Promise((resolve) => setImmediate(resolve));
}

/** The same store, which answers after a turn of the event loop or more. */
function slow(store: Backend<unknown>, turns: () => number): Backend<unknown> {
  const late = async (): Promise<void> => {
    for (let left = turns(); left > 0; left--) await new Promise((resolve) => setImmediate(resolve));
  };
  return {
    ...withBatches(store),
    read: (key) => late().then(() => store.read(key)),
    write: (key, value) => late().then(() => store.write(key, value)),
    remove: (key) => late().then(() => store.remove(key)),
    clear: () => late().then(() => store.clear?.()),
  };
}

describe("the candidate", () => {
  it("gets every change of the backend, and no answer of its own reaches anyone", async () => {
    const [old, candidate] = [withBatches(bytes()), bytes()];
    const tier = shadow(old, candidate, AT_ONCE);
    await tier.write("a", entry("1"));
    await tier.writeMany?.([
      ["b", entry("2")],
      ["c", entry("3")],
    ]);
    await tier.remove("b");
    expect(["a", "b", "c"].map((key) => textOf(candidate.read(key) as never))).toEqual(["1", undefined, "3"]);
    await tier.removeMany?.(["a"]);
    expect(candidate.read("a")).toBeUndefined();
    await candidate.write("a", entry("its own"));
    expect(await tier.read("a")).toBeUndefined();
    await tier.clear?.();
    expect(candidate.read("c")).toBeUndefined();
  });

  it("fails, and nobody hears of it but the counts", async () => {
    const down = faulty(bytes(), { chance: { fail: 1 } });
    const tier = shadow(withBatches(bytes()), down, AT_ONCE);
    await tier.write("k", entry("v"));
    expect(textOf(await tier.read("k"))).toBe("v");
    await tier.remove("k");
    await tier.clear?.();
    await settled();
    expect(tier.shadowStats()).toMatchObject({ failed: 1, compared: 1, notCopied: 3, copied: 0 });
  });

  it("never answers, and holds up nobody; what comes beyond `maxPending` is left out", async () => {
    const silent = faulty(bytes(), { chance: { hang: 1 } });
    const tier = shadow(bytes(), silent, { ...AT_ONCE, maxPending: 2 });
    for (const key of ["a", "b", "c", "d"]) await tier.write(key, entry(key));
    expect(textOf(await tier.read("d"))).toBe("d");
    expect(tier.shadowStats()).toMatchObject({ dropped: 3 });
    await tier.close?.();
  });

  it("keeps no older value of what it cannot hold", async () => {
    const small = { ...withBatches(bytes()) };
    const tier = shadow(bytes(), { ...small, supports: { ...small.supports, maxValueBytes: 3 } }, AT_ONCE);
    await tier.write("k", entry("old"));
    await tier.write("k", entry("too large"));
    expect(await small.read("k")).toBeUndefined();
    expect(tier.shadowStats()).toMatchObject({ copied: 1, notCopied: 1 });
  });

  it("is not changed where the backend has failed", async () => {
    const candidate = bytes();
    const tier = shadow(faulty(bytes(), { script: [{ fail: "connection" }] }), candidate, AT_ONCE);
    expect(await codeOf(() => tier.write("k", entry("v")))).toBe("connection");
    expect(candidate.read("k")).toBeUndefined();
  });
});

describe("a read", () => {
  const message = { backend: "memory", candidate: "memory", key: "k", error: undefined };
  it.each([
    ["same", true, "v", "v"],
    ["same", false, undefined, undefined],
    ["different", true, "v", "other"],
    ["missing", false, "v", undefined],
    ["extra", true, undefined, "v"],
  ] as const)("is told to be %s (%s, %s, %s)", async (outcome, hit, ours, theirs) => {
    const [old, candidate] = [bytes(), bytes()];
    if (ours) await old.write("k", entry(ours));
    if (theirs) await candidate.write("k", entry(theirs));
    const heard: ShadowMessage[] = [];
    const stop = subscribeTo("hitbox:shadow:compared", (told) => heard.push(told));
    const tier = shadow(old, candidate, AT_ONCE);
    expect(textOf(await tier.read("k"))).toBe(ours);
    await settled();
    stop();
    expect(heard).toMatchObject([{ ...message, outcome, hit }]);
    expect(tier.shadowStats()).toMatchObject({
      ...{ compared: 1, [outcome]: 1, raced: 0 },
      ...{ hits: ours ? 1 : 0, candidateHits: theirs ? 1 : 0 },
    });
  });

  it("in a batch is compared for each key, but for one that the backend cannot read", async () => {
    const old = withBatches(bytes());
    const damaged = new BackendError("corrupt", "damaged");
    const tier = shadow({ ...old, readMany: async () => [entry("v"), damaged] }, bytes(), AT_ONCE);
    expect(await tier.readMany?.(["a", "b"])).toMatchObject([{}, damaged]);
    await settled();
    expect(tier.shadowStats()).toMatchObject({ compared: 1, missing: 1 });
  });

  it("is looked at again where it differs: another process may have changed one store only", async () => {
    const [old, candidate] = [bytes(), bytes()];
    const tier = shadow(old, candidate, { recheckAfter: 1 });
    await old.write("k", entry("new"));
    await tier.read("k");
    await candidate.write("k", entry("new"));
    await expect.poll(() => tier.shadowStats()).toMatchObject({ compared: 1, same: 1 });
  });
});

it("counts no difference, whatever its own changes and reads overlap with", async () => {
  const operation = fc.record({
    kind: fc.constantFrom("write" as const, "remove" as const, "read" as const, "turn" as const),
    key: fc.constantFrom("a", "b"),
  });
  const delays = fc.array(fc.nat(4), { minLength: 1 });
  await fc.assert(
    fc.asyncProperty(fc.array(operation, { maxLength: 40 }), delays, async (operations, turns) => {
      let call = 0;
      const next = (): number => turns[call++ % turns.length] ?? 0;
      const tier = shadow(slow(bytes(), next), slow(bytes(), next), AT_ONCE);
      // As core does: a write of a key is sent when the one before has been answered.
      const written = new Map<string, Promise<unknown>>();
      for (const [at, { kind, key }] of operations.entries()) {
        if (kind === "turn") await settled();
        else if (kind === "read") void tier.read(key);
        else {
          const run = (): unknown => (kind === "write" ? tier.write(key, entry(`${at}`)) : tier.remove(key));
          written.set(key, Promise.resolve(written.get(key)).then(run));
        }
      }
      await Promise.all(written.values());
      for (let turn = 0; turn < 5; turn++) await settled();
      for (const key of ["a", "b"]) await tier.read(key);
      for (let turn = 0; turn < 5; turn++) await settled();
      const { compared, same } = tier.shadowStats();
      expect(same).toBe(compared);
      expect(compared).toBeGreaterThan(0);
    }),
    { numRuns: 300 },
  );
});

it("takes a share of the keys, the same ones in every process", async () => {
  const seen = [0, 1].map(() => {
    const candidate = bytes();
    const tier = shadow(bytes(), candidate, { ...AT_ONCE, sample: 0.25 });
    for (let index = 0; index < 400; index++) void tier.write(`user:${index}`, entry("v"));
    return Array.from({ length: 400 }, (_, index) => candidate.read(`user:${index}`) !== undefined);
  });
  expect(seen[0]).toEqual(seen[1]);
  expect(seen[0]?.filter(Boolean).length).toBeGreaterThan(60);
  expect(seen[0]?.filter(Boolean).length).toBeLessThan(140);
});

it("closes both, and waits neither for ever nor for a failure of the candidate", async () => {
  const closed: string[] = [];
  const close = (name: string) => async () => {
    closed.push(name);
    if (name === "candidate") throw new Error("failed");
  };
  const backend = cacheBackend(
    shadow(
      { ...withBatches(bytes()), close: close("backend") },
      { ...bytes(), ...withBatches(bytes()), close: close("candidate") },
    ),
  );
  await backend.set("k", cacheValue("v"));
  await backend.close();
  expect(closed.toSorted()).toEqual(["backend", "candidate"]);
});

it("refuses a candidate that keeps other values, and wrong options", () => {
  const live = memory({ maxEntries: 1 });
  expect(() => shadow<unknown>(live, memory({ maxEntries: 1, format: json() }))).toThrow(
    /live values, or bytes/,
  );
  for (const options of [
    { sample: 0 },
    { sample: 1.1 },
    { maxPending: 0 },
    { recheckAfter: -1 },
    { rate: 1 },
  ])
    expect(() => shadow(bytes(), bytes(), options as never)).toThrow(TypeError);
});
