import assert from "node:assert/strict";
import { inspect } from "node:util";
import type { Cases } from "../../case.ts";
import type { FormatSubject } from "../../format-conformance.ts";
import { sampleData } from "../../sample.ts";
import { otherTypes } from "./values.ts";

export const roundTrips: Cases<FormatSubject> = {
  "the id is 1–64 characters of a-z 0-9 . _ - and the kind is bytes or live": ({ format }) => {
    assert.match(format.id, /^[a-z0-9._-]{1,64}$/);
    assert.ok(format.kind === "bytes" || format.kind === "live", `kind is ${format.kind}`);
  },

  "a format of bytes makes a Uint8Array of everything": ({ format, values }) => {
    if (format.kind !== "bytes") return;
    for (const value of values()) {
      assert.ok(format.serialize(value) instanceof Uint8Array, `${brief(value)} should become a Uint8Array`);
    }
  },

  "every value comes back as it was": ({ format, values }) => {
    for (const value of values()) {
      assert.deepEqual(
        format.deserialize(format.serialize(value)),
        value,
        `${brief(value)} should come back`,
      );
    }
  },

  "every value comes back as it was inside an object and a list": ({ format, values }) => {
    const together = { list: values() };
    assert.deepEqual(format.deserialize(format.serialize(together)), together);
  },

  "a value of another type is refused, or comes back as that type": ({ format }) => {
    for (const value of otherTypes()) {
      for (const [where, held] of Object.entries({ alone: [value], "in an object": [{ a: value }, "a"] })) {
        const back = refusedOrBack(format, held[0]);
        if (back === REFUSED) continue;
        const found = held.length === 1 ? back : (back as Record<string, unknown>).a;
        assert.equal(
          typeName(found),
          typeName(value),
          `${brief(value)} ${where} came back as ${brief(found)}`,
        );
      }
    }
  },

  "undefined is refused, or comes back": ({ format }) => {
    const back = refusedOrBack(format, undefined);
    assert.ok(back === REFUSED || back === undefined, `undefined came back as ${brief(back)}`);
  },

  "a cycle is refused, or comes back as a cycle": ({ format }) => {
    const cycle: Record<string, unknown> = { name: "cycle" };
    cycle.self = cycle;
    const back = refusedOrBack(format, cycle) as typeof REFUSED | typeof cycle;
    if (back !== REFUSED) assert.equal(back.self, back, "the cycle should be closed");
  },

  "equal input makes equal bytes": ({ format, values }) => {
    if (format.kind !== "bytes") return;
    const [first, second] = [values(), values()];
    for (const [index, value] of first.entries()) {
      const again = Buffer.from(format.serialize(second[index]) as Uint8Array);
      assert.ok(
        again.equals(format.serialize(value) as Uint8Array),
        `${brief(value)} should make the same bytes`,
      );
    }
  },

  "payloads are read from a Buffer, a Uint8Array and the middle of a larger buffer": ({ format }) => {
    if (format.kind !== "bytes") return;
    const bytes = format.serialize(sampleData()) as Uint8Array;
    const larger = Buffer.alloc(bytes.byteLength + 20, 0xff);
    larger.set(bytes, 7);
    const middle = larger.subarray(7, 7 + bytes.byteLength);
    const plainMiddle = new Uint8Array(middle.buffer, middle.byteOffset, middle.byteLength);
    for (const payload of [Buffer.from(bytes), Uint8Array.from(bytes), middle, plainMiddle]) {
      assert.deepEqual(format.deserialize(payload), sampleData());
    }
  },
};

const REFUSED: unique symbol = Symbol("refused");

function refusedOrBack(format: FormatSubject["format"], value: unknown): unknown {
  let raw: unknown;
  try {
    raw = format.serialize(value);
  } catch {
    return REFUSED;
  }
  return format.deserialize(raw);
}

/** `Date`, `Map`, `Uint8Array` … Where a number is not finite, which one it is. */
function typeName(value: unknown): string {
  return typeof value === "number" ? String(value) : Object.prototype.toString.call(value);
}

function brief(value: unknown): string {
  return inspect(value, {
    depth: 1,
    breakLength: Number.POSITIVE_INFINITY,
    maxStringLength: 60,
    maxArrayLength: 5,
  });
}
