import assert from "node:assert/strict";
import type { Cases } from "../../case.ts";
import type { FormatSubject } from "../../format-conformance.ts";
import { spoil } from "../../spoil.ts";
import { sharesReferences } from "./independence.ts";
import { tryTo } from "./refusals.ts";

/** For live formats: values returned without copying, and values stored without copying. */
export const sharing: Cases<FormatSubject> = {
  "what is shared by all readers is the value, and none of them can change it": ({ format, values }) => {
    for (const value of values()) {
      const raw = format.serialize(value);
      if (!format.shares?.(raw)) continue;
      assert.deepEqual(raw, value);
      if (sharesReferences(format)) continue;
      spoil(raw);
      assert.deepEqual(raw, value, "what is shared should be frozen");
    }
  },

  "what was adopted comes back as it was, and no reader can change what another gets": ({
    format,
    values,
  }) => {
    for (const value of format.adopt ? values() : []) {
      const raw = format.adopt?.(structuredClone(value));
      assert.deepEqual(format.deserialize(raw), value);
      if (sharesReferences(format)) continue;
      spoil(format.deserialize(raw));
      if (format.shares?.(raw)) spoil(raw);
      assert.deepEqual(format.deserialize(raw), value, "what was adopted should not be what a reader gets");
    }
  },

  "what cannot be serialized cannot be adopted": ({ format }) => {
    for (const make of [() => () => 1, () => Symbol("no"), () => ({ a: [() => 1] })]) {
      if (!format.adopt || tryTo(() => format.serialize(make()))) continue;
      assert.ok(!tryTo(() => format.adopt?.(make())), "what serialize refuses should be refused");
    }
  },
};
