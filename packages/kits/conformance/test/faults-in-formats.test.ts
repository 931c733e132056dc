import { type Format, json } from "@hitbox/core";
import { testFormatFaults } from "./support/planted.ts";

const good = json();
const text = (raw: unknown): string => Buffer.from(raw as Uint8Array).toString();

/** JSON with something changed about it. */
function broken(changes: Partial<Format<unknown>>): Format<unknown> {
  return { ...(good as Format<unknown>), ...changes };
}

/** What people write to merge settings, and what pollutes prototypes. */
function merge(target: Record<string, unknown>, source: object): Record<string, unknown> {
  for (const [name, value] of Object.entries(source)) {
    const own = target[name];
    const nested = typeof value === "object" && value !== null && !Array.isArray(value);
    target[name] = nested ? merge((own ?? {}) as Record<string, unknown>, value) : value;
  }
  return target;
}

const scratch = Buffer.alloc(4_000_000);
const memory = new Map<string, unknown>();
let stuck = false;
let damaged = false;
let serial = 0;

const EVERY = "every value comes back as it was";

testFormatFaults("formats that change values", {
  "writes Latin-1": {
    format: broken({ serialize: (value) => Buffer.from(text(good.serialize(value)), "latin1") }),
    caughtBy: [EVERY, "every value comes back as it was inside an object and a list"],
  },
  "writes dates as text": {
    format: broken({ serialize: (value) => Buffer.from(JSON.stringify(value) ?? "null") }),
    caughtBy: [
      "a value of another type is refused, or comes back as that type",
      "functions and symbols are refused wherever they are; only a live format may keep them",
      "undefined is refused, or comes back",
    ],
  },
  "breaks cycles with a word": {
    format: broken({
      serialize: (value) => {
        const seen = new Set<unknown>();
        const once = (_: string, part: unknown): unknown =>
          seen.size === seen.add(part).size ? "[cycle]" : part;
        return Buffer.from(JSON.stringify(value, once));
      },
    }),
    caughtBy: ["a cycle is refused, or comes back as a cycle"],
  },
  "numbers what it writes": {
    format: broken({
      serialize: (value) => Buffer.concat([good.serialize(value), Buffer.from(" ".repeat(++serial % 2))]),
    }),
    caughtBy: ["equal input makes equal bytes"],
  },
  "keeps binary as the view that it read": {
    format: {
      id: "binary",
      kind: "bytes",
      serialize: (value) =>
        value instanceof Uint8Array ? Buffer.concat([Buffer.of(0), value]) : good.serialize(value),
      deserialize: (raw) => {
        const bytes = raw as Uint8Array;
        return bytes[0] === 0
          ? new Uint8Array(bytes.buffer, bytes.byteOffset + 1, bytes.length - 1)
          : good.deserialize(bytes);
      },
    },
    values: [Uint8Array.of(1, 2, 3)],
    caughtBy: ["no reader can change what another reader gets"],
  },
});

testFormatFaults("formats that share", {
  "reuses one buffer": {
    format: broken({
      serialize: (value) => {
        const bytes = good.serialize(value);
        scratch.set(bytes);
        return scratch.subarray(0, bytes.byteLength);
      },
    }),
    caughtBy: ["serializing again does not change what was serialized before"],
  },
  "remembers what it has read": {
    format: broken({
      deserialize: (raw) => {
        const key = text(raw);
        if (!memory.has(key)) memory.set(key, good.deserialize(raw as Uint8Array));
        return memory.get(key);
      },
    }),
    caughtBy: ["no reader can change what another reader gets"],
  },
  "keeps live values and calls it safe": {
    format: { id: "live", kind: "live", serialize: (value) => value, deserialize: (raw) => raw },
    caughtBy: [
      "what was serialized does not change with the value",
      "no reader can change what another reader gets",
    ],
  },
  "sorts the value that it is given": {
    format: broken({
      serialize: (value) => {
        const list = (value as { list?: unknown[] } | null)?.list;
        list?.reverse();
        return good.serialize(value);
      },
    }),
    caughtBy: ["serializing and deserializing leave their input as it is"],
  },
  "marks what it has seen": {
    format: broken({
      serialize: (value) => {
        const bytes = good.serialize(value);
        if (typeof value === "object" && value !== null) Object.assign(value, { seen: true });
        return bytes;
      },
    }),
    caughtBy: [
      "serializing and deserializing leave their input as it is",
      "a value that is frozen can be serialized",
    ],
  },
  "reads the whole buffer that a payload is a view of": {
    format: broken({ deserialize: (raw) => good.deserialize(new Uint8Array((raw as Uint8Array).buffer)) }),
    caughtBy: ["payloads are read from a Buffer, a Uint8Array and the middle of a larger buffer"],
  },
});

testFormatFaults("formats that trust", {
  "copies keys without care": {
    format: broken({
      deserialize: (raw) => {
        const value: unknown = good.deserialize(raw as Uint8Array);
        const plain = typeof value === "object" && value !== null && !Array.isArray(value);
        return plain ? merge({}, value) : value;
      },
    }),
    caughtBy: ["keys such as __proto__ and constructor pollute nothing"],
  },
  "lets a payload choose its prototype": {
    format: broken({
      deserialize: (raw) => {
        const value = good.deserialize(raw as Uint8Array);
        const plain = typeof value === "object" && value !== null && !Array.isArray(value);
        return plain ? Object.assign({}, value) : value;
      },
    }),
    caughtBy: ["keys such as __proto__ and constructor pollute nothing"],
  },
  "throws what is no error": {
    format: broken({
      deserialize: (raw) => {
        try {
          return good.deserialize(raw as Uint8Array);
        } catch (error) {
          throw String(error);
        }
      },
    }),
    caughtBy: [
      "a payload that is cut short throws, or gives something",
      "a payload with flipped bits throws, or gives something",
      "a payload with something after its end throws, or gives something",
      "bytes that the format never wrote throw, or give something",
    ],
  },
  "is stuck after a refusal": {
    format: broken({
      // Once it has thrown, it stays so.
      serialize: (value) => {
        const held = stuck ? null : value;
        stuck = true;
        const bytes = good.serialize(held);
        stuck = false;
        return bytes;
      },
    }),
    caughtBy: [
      "a format works on after a refusal",
      "a value nested deeper than the stack is refused, or comes back",
    ],
  },
  "is stuck after damaged input": {
    format: broken({
      deserialize: (raw) => {
        const held = damaged ? Buffer.from("null") : (raw as Uint8Array);
        damaged = true;
        const value = good.deserialize(held);
        damaged = false;
        return value;
      },
    }),
    caughtBy: ["a format works on after damaged input"],
  },
  "has an id that no envelope can hold": {
    format: broken({ id: "My Format" }),
    caughtBy: ["the id is 1–64 characters of a-z 0-9 . _ - and the kind is bytes or live"],
  },
  "makes text of values and says bytes": {
    format: broken({
      serialize: (value) => text(good.serialize(value)),
      deserialize: (raw) => JSON.parse(raw as string),
    }),
    caughtBy: ["a format of bytes makes a Uint8Array of everything"],
  },
});
