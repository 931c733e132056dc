import assert from "node:assert/strict";
import type { Format } from "@hitbox/core";
import type { Cases } from "../../case.ts";
import { bitFlipsOf, foreignBytes, truncationsOf } from "../../damage.ts";
import type { FormatSubject } from "../../format-conformance.ts";
import { expectNoPollution, pollutingData } from "../../pollution.ts";
import { sampleData } from "../../sample.ts";
import { tryTo } from "./refusals.ts";

export const hostileInput: Cases<FormatSubject> = {
  "a payload that is cut short throws, or gives something": ({ format, values }) => {
    readAll(format, values(), (payload) => truncationsOf(payload));
  },

  "a payload with flipped bits throws, or gives something": ({ format, values }) => {
    readAll(format, values(), (payload) => bitFlipsOf(payload, 60));
  },

  "bytes that the format never wrote throw, or give something": ({ format }) => {
    readAll(format, [null], () => foreignBytes(2_000));
  },

  "a payload with something after its end throws, or gives something": ({ format, values }) => {
    readAll(format, values(), (payload) => [
      Buffer.concat([payload, payload]),
      Buffer.concat([payload, Buffer.of(0)]),
    ]);
  },

  "keys such as __proto__ and constructor pollute nothing": ({ format }) => {
    for (const data of pollutingData()) {
      let back: unknown;
      tryTo(() => (back = format.deserialize(format.serialize(data))));
      expectNoPollution("reading a hostile value");
      const reached = (back as { polluted?: unknown } | undefined)?.polluted;
      assert.equal(reached, undefined, "a payload should not choose the prototype of what is read");
    }
  },

  "a format works on after damaged input": ({ format }) => {
    const raw = format.serialize(sampleData());
    if (!(raw instanceof Uint8Array)) return;
    for (const damaged of [...truncationsOf(raw), ...bitFlipsOf(raw, 50)]) {
      tryTo(() => format.deserialize(damaged));
      assert.deepEqual(format.deserialize(raw), sampleData());
    }
  },
};

/** Longest that one damaged payload may take, in milliseconds: it must not make the format work for ever. */
const PATIENCE_MS = 2_000;

function readAll(
  format: Format<unknown>,
  values: readonly unknown[],
  damage: (payload: Uint8Array) => Iterable<Uint8Array>,
): void {
  if (format.kind !== "bytes") return;
  for (const value of values) {
    for (const damaged of damage(format.serialize(value) as Uint8Array)) {
      const start = performance.now();
      tryTo(() => format.deserialize(damaged));
      const took = performance.now() - start;
      assert.ok(took < PATIENCE_MS, `${damaged.byteLength} damaged bytes took ${Math.round(took)} ms`);
    }
    expectNoPollution("reading damaged input");
  }
}
