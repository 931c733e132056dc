import assert from "node:assert/strict";
import type { Cases } from "../../case.ts";
import type { FormatSubject } from "../../format-conformance.ts";
import { sampleData } from "../../sample.ts";

export const refusals: Cases<FormatSubject> = {
  "functions and symbols are refused wherever they are; only a live format may keep them": ({ format }) => {
    for (const value of [() => 1, Symbol("no"), class {}]) {
      const places = {
        alone: value,
        "in a list": [1, value],
        "in an object": { a: value },
        "deep down": [{ a: [{ b: value }] }],
      };
      for (const [where, held] of Object.entries(places)) {
        if (format.kind === "live" && keeps(format, held)) continue;
        assert.throws(() => format.serialize(held), `a ${typeof value} ${where} should be refused`);
      }
    }
  },

  "a format works on after a refusal": ({ format }) => {
    for (let round = 0; round < 5; round++) {
      tryTo(() => format.serialize({ before: sampleData(), bad: () => 1 }));
      assert.deepEqual(format.deserialize(format.serialize(sampleData())), sampleData());
    }
  },

  "a value nested deeper than the stack is refused, or comes back": ({ format }) => {
    let deep: unknown = "end";
    for (let depth = 0; depth < 20_000; depth++) deep = [deep];
    let raw: unknown;
    if (tryTo(() => (raw = format.serialize(deep)))) tryTo(() => format.deserialize(raw));
    assert.deepEqual(format.deserialize(format.serialize(sampleData())), sampleData());
  },
};

function keeps(format: FormatSubject["format"], held: unknown): boolean {
  let raw: unknown;
  if (!tryTo(() => (raw = format.serialize(held)))) return false;
  assert.deepEqual(format.deserialize(raw), held, "what a live format takes, it should keep");
  return true;
}

/** True if it got through. It must throw an error, of any class. */
export function tryTo(attempt: () => unknown): boolean {
  try {
    attempt();
    return true;
  } catch (error) {
    assert.ok(error instanceof Error, `what is thrown should be an Error, not ${String(error)}`);
    return false;
  }
}
