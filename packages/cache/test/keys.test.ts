import { createCache, type KeyInput } from "@hitbox/cache";
import { memory } from "@hitbox/memory";
import { anyCharacter, assertProperty } from "@hitbox/test-support";
import fc from "fast-check";
import { expect, it } from "vitest";
import { entityText, keyText, namespaceText } from "../src/keys/key-text.ts";

/** Bytes of text: more than these keys have. */
const MOST = 1_000_000;

const awkward = fc.constantFrom(
  "",
  ":",
  "@a:",
  "'",
  "=",
  "%",
  "@a.v1:",
  "\0",
  "\ud800",
  "\udfff",
  "é",
  "🙂",
  "=1",
  '="x"',
);
const text = fc.oneof(fc.string({ unit: anyCharacter(fc), maxLength: 6 }), awkward);

/** JSON-like data, with what the keys take besides. */
const { data } = fc.letrec<{ data: unknown }>((tie) => ({
  data: fc.oneof(
    { maxDepth: 3, withCrossShrink: true },
    text,
    fc.integer(),
    fc.double({ noNaN: true, noDefaultInfinity: true }).map((number) => (number === 0 ? 0 : number)),
    fc.boolean(),
    fc.constant(null),
    fc.bigInt({ min: -5n, max: 5n }),
    fc.date({ noInvalidDate: true }),
    fc.array(tie("data"), { maxLength: 3 }),
    fc.dictionary(text, tie("data"), { maxKeys: 3, noNullPrototype: true }),
  ),
}));
const key = data.filter((value) => value !== "") as fc.Arbitrary<KeyInput>;

function isSame(one: unknown, other: unknown): boolean {
  try {
    expect(one).toStrictEqual(other);
    return true;
  } catch {
    return false;
  }
}

it("different data is never one key", async () => {
  await assertProperty(
    fc.property(key, key, (one, other) => {
      expect(keyText("", one, MOST) === keyText("", other, MOST)).toBe(isSame(one, other));
    }),
    { runs: 500 },
  );
});

it("data that looks alike is never one key", () => {
  const keys: KeyInput[] = [
    42,
    "42",
    [42],
    "[42]",
    { 42: 42 },
    "=42",
    "'=42",
    42n,
    "42n",
    true,
    "true",
    null,
    "null",
  ];
  const more: KeyInput[] = [
    [null],
    [],
    [[]],
    {},
    [{}],
    "",
    new Date(42),
    "d42",
    "=d42",
    '="42"',
    "\ud800",
    '="\\ud800"',
  ];
  const texts = [...keys, ...more].filter((one) => one !== "").map((one) => keyText("", one, MOST));
  expect(new Set(texts).size).toBe(texts.length);
});

function reversed(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(reversed);
  if (typeof value !== "object" || value === null || value instanceof Date) return value;
  return Object.fromEntries(
    Object.entries(value)
      .reverse()
      .map(([name, part]) => [name, reversed(part)]),
  );
}

it("the order of properties does not matter", async () => {
  await assertProperty(
    fc.property(key, (one) => keyText("", one, MOST) === keyText("", reversed(one) as KeyInput, MOST)),
  );
});

it.each<[path: string, key: KeyInput]>([
  ["key.id", { id: undefined }],
  ["key[1]", ["user", undefined]],
  ["key[1].tenant.id", ["user", { name: "Ada", tenant: { id: undefined } }]],
  ['key["a-b"]', { "a-b": undefined }],
  // biome-ignore lint/suspicious/noSparseArray: a hole reads as undefined.
  ["key[0]", [, 1]],
])("undefined at %s is refused with its path", async (path, wrong) => {
  const cache = createCache({ backend: memory({ maxEntries: 10 }), ttl: "1m" });
  await expect(cache.get(wrong)).rejects.toThrow(`${path} must not be undefined`);
});

it("a refused key shows the path and the class of what is wrong, and no contents", () => {
  const session = new (class Session {
    readonly token = "sesame";
  })();
  const refused = expect.objectContaining({ message: expect.stringMatching(/^key\.by\[0\] .*Session$/) });
  expect(() => keyText("", { by: [session] }, MOST)).toThrow(refused);
  expect(() => keyText("", { by: [session] }, MOST)).not.toThrow("sesame");
});

it("no key of one space is a key of another", async () => {
  const name = fc.constantFrom("a", "b", "a-v1", "v1");
  const step = fc.oneof(
    name.map(
      (at) =>
        (outer: string): string =>
          namespaceText(outer, at),
    ),
    fc.tuple(name, fc.integer({ min: 0, max: 2 })).map(
      ([at, version]) =>
        (outer: string): string =>
          entityText(outer, at, version),
    ),
  );
  const space = fc
    .array(step, { maxLength: 3 })
    .map((steps) => steps.reduce((outer, next) => next(outer), ""));
  const inside = fc.oneof(
    key,
    fc.tuple(space, fc.string({ minLength: 1 })).map(([start, end]) => start + end),
  );
  await assertProperty(
    fc.property(space, inside, space, inside, (one, first, other, second) => {
      const isOne = one === other && isSame(first, second);
      expect(keyText(one, first, MOST) === keyText(other, second, MOST)).toBe(isOne);
    }),
    { runs: 500 },
  );
});

it("a namespace and an entity of one name have keys of their own, and so have versions", async () => {
  const cache = createCache({ backend: memory({ maxEntries: 100 }), ttl: "1m" });
  const spaces = [
    cache,
    cache.namespace("user"),
    cache.namespace("user").namespace("user"),
    cache.entity<number>({ prefix: "user" }),
    cache.entity<number>({ prefix: "user", version: 1 }),
    cache.namespace("user").entity<number>({ prefix: "user" }),
  ];
  for (const [index, space] of spaces.entries()) await space.set("key", index);
  for (const [index, space] of spaces.entries()) expect(await space.get("key")).toBe(index);
});

it.each([
  ["a function", () => 1],
  ["a symbol", Symbol("s")],
  ["undefined", undefined],
  ["an empty string", ""],
  ["NaN", Number.NaN],
  ["an infinite number", [Number.POSITIVE_INFINITY]],
  ["a Map", new Map()],
  ["an instance of a class", new (class User {})()],
  ["a date that is none", new Date(Number.NaN)],
])("%s is refused as a key", async (_, wrong) => {
  const cache = createCache({ backend: memory({ maxEntries: 10 }), ttl: "1m" });
  await expect(cache.get(wrong as KeyInput)).rejects.toThrow(TypeError);
  await expect(cache.getOrSet(wrong as KeyInput, () => 1)).rejects.toThrow(/^key(\[0\])? /);
  expect(() => cache.getSync(wrong as KeyInput)).toThrow(TypeError);
});

it("a key that contains itself is refused", () => {
  const loop: { self?: unknown } = {};
  loop.self = loop;
  expect(() => keyText("", loop, MOST)).toThrow(/nor contain itself/);
});

it.each(["", "a:b", "a.v1", "ä", "x".repeat(65)])("the name %o is refused for a space", (name) => {
  const cache = createCache({ backend: memory({ maxEntries: 10 }), ttl: "1m" });
  expect(() => cache.namespace(name)).toThrow(/^name must be/);
  expect(() => cache.entity({ prefix: name })).toThrow(/^prefix must be/);
});
