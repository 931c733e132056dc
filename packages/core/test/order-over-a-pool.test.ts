import { cacheBackend, cacheValue, type DeleteStatus, type MaybePromise } from "@hitbox/core";
import { assertProperty, breaksLaw, Witnesses } from "@hitbox/test-support";
import fc from "fast-check";
import { afterAll, expect, test } from "vitest";
import { slowPool } from "./support/slow-pool.ts";

interface Call {
  readonly kind: "set" | "expired" | "delete" | "setMany" | "deleteMany" | "clear";
  readonly keys: readonly string[];
  /** The text of the value; a long one is compressed. */
  readonly text: string;
}

const call = fc.record<Call>({
  kind: fc.constantFrom(
    "set",
    "set",
    "set",
    "expired",
    "delete",
    "setMany",
    "setMany",
    "deleteMany",
    "clear",
  ),
  keys: fc.uniqueArray(fc.constantFrom("a", "b", "c"), { minLength: 1 }),
  text: fc.constantFrom("short", "long".repeat(300)),
});

const contended = new Witnesses();
afterAll(() => contended.expectShare(0.5, "wrote a key again while a write of it was under way"));

test("whatever a pool does to their order, the last write of each key stays", async () => {
  await assertProperty(
    fc.asyncProperty(fc.array(call, { maxLength: 10 }), fc.scheduler(), async (calls, scheduler) => {
      const store = slowPool(scheduler);
      const backend = cacheBackend(store, { offThreadBytes: 1_000 });
      const answers = calls.map(({ kind, keys, text }, index): MaybePromise<unknown> => {
        const [first = "a"] = keys;
        const value = cacheValue({ index, text });
        if (kind === "set") return backend.set(first, value);
        if (kind === "expired") return backend.set(first, cacheValue(index, { ttl: 0 }));
        if (kind === "delete") return backend.delete(first);
        if (kind === "setMany") return backend.setMany(keys.map((key) => [key, value]));
        if (kind === "deleteMany") return backend.deleteMany(keys);
        return backend.clear();
      });
      contended.note(new Set(calls.map(({ keys }) => keys[0])).size < calls.length);
      const statuses = await scheduler.waitFor(Promise.all(answers));
      for (const key of "abc") {
        const last = calls.findLastIndex((one) => touches(one, key));
        const found = await scheduler.waitFor(Promise.resolve(backend.get<{ index: number }>(key)));
        // A set that comes after a clear may be cleared too.
        const isOpen = calls.slice(0, Math.max(last, 0)).some(({ kind }) => kind === "clear");
        const expected = last >= 0 && /^set/.test(calls[last]?.kind ?? "") ? last : undefined;
        if (found?.data.index === expected || (isOpen && found === undefined)) continue;
        breaksLaw("the last write of a key stays", { calls, key, expected, found: found?.data.index });
      }
      for (const [index, { kind, keys }] of calls.entries()) checkAnswer(kind, keys, statuses[index]);
    }),
    { runs: 100 },
  );
});

function touches({ kind, keys }: Call, key: string): boolean {
  if (kind === "clear") return true;
  return kind.endsWith("Many") ? keys.includes(key) : keys[0] === key;
}

function checkAnswer(kind: Call["kind"], keys: readonly string[], answer: unknown): void {
  const status = expect.stringMatching(/^(deleted|missing)$/);
  if (kind === "delete") expect(answer as DeleteStatus).toMatchObject({ status });
  else if (kind === "deleteMany") expect(answer).toMatchObject(keys.map(() => ({ status })));
  else expect(answer).toBeUndefined();
}
