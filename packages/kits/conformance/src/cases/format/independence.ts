import assert from "node:assert/strict";
import { inspect } from "node:util";
import type { Cases } from "../../case.ts";
import type { FormatSubject } from "../../format-conformance.ts";
import { sampleData } from "../../sample.ts";
import { spoil } from "../../spoil.ts";

export const independence: Cases<FormatSubject> = {
  "what was serialized does not change with the value": ({ format }) => {
    if (sharesReferences(format)) return;
    const data = sampleData();
    const raw = format.serialize(data);
    spoil(data);
    assert.deepEqual(format.deserialize(raw), sampleData());
  },

  "no reader can change what another reader gets": ({ format, values }) => {
    if (sharesReferences(format)) return;
    for (const value of [...values(), { list: values() }]) {
      const before = inspect(value, ALL);
      const raw = format.serialize(value);
      spoil(format.deserialize(raw));
      const [one, two] = [format.deserialize(raw), format.deserialize(raw)];
      spoil(one);
      assert.equal(inspect(value, ALL), before, "what is read should not be what was serialized");
      assert.deepEqual(two, value);
    }
  },

  "serializing again does not change what was serialized before": ({ format, values }) => {
    if (format.kind !== "bytes") return;
    const made = values().map((value) => {
      const payload = format.serialize(value) as Uint8Array;
      return { payload, copy: Buffer.from(payload) };
    });
    for (let round = 0; round < 20; round++) for (const value of values()) format.serialize(value);
    for (const { payload, copy } of made) {
      assert.ok(copy.equals(payload), "a payload belongs to whoever asked for it");
    }
  },

  "serializing and deserializing leave their input as it is": ({ format }) => {
    const data = sampleData();
    const raw = format.serialize(data);
    const copy = raw instanceof Uint8Array ? Buffer.from(raw) : undefined;
    format.deserialize(raw);
    assert.deepEqual(data, sampleData());
    if (raw instanceof Uint8Array) assert.ok(copy?.equals(raw), "the payload should stay as it was");
  },

  "a value that is frozen can be serialized": ({ format }) => {
    const data = Object.freeze({ list: Object.freeze([1, Object.freeze({ a: 1 })]) });
    let raw: unknown;
    assert.doesNotThrow(() => {
      raw = format.serialize(data);
    }, "a format should not need to change what it serializes");
    assert.deepEqual(format.deserialize(raw), { list: [1, { a: 1 }] });
  },
};

const ALL = { depth: Number.POSITIVE_INFINITY, maxArrayLength: null, maxStringLength: null } as const;

/** The one format that promises no protection: it keeps the very value that it was given. */
export function sharesReferences({ id, kind }: FormatSubject["format"]): boolean {
  return kind === "live" && id === "reference";
}
