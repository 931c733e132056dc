import { noiseText, sampleData } from "../../sample.ts";

/** Values that every format must return exactly: JSON's types. New objects on each call. */
export function jsonSafeValues(): unknown[] {
  return [null, true, false, ...numbers(), ...texts(), ...lists(), ...objects()];
}

function numbers(): number[] {
  const powers = [7, 8, 15, 16, 31, 32, 52, 53].flatMap((bits) => [2 ** bits - 1, 2 ** bits, -(2 ** bits)]);
  return [0, 1, -1, 0.1, -1.5, 1e21, 1e-7, 5e-324, Number.MAX_VALUE, Number.MIN_SAFE_INTEGER, ...powers];
}

function texts(): string[] {
  const awkward = [
    "",
    " ",
    "\0",
    "a\0b",
    "\n\r\t",
    '"',
    "\\",
    "\u2028",
    "\ufeff",
    "é",
    "e\u0301",
    "日本語",
    "👩‍🚀",
  ];
  return [...awkward, "x".repeat(31), "x".repeat(32), "é".repeat(200), noiseText(70_000)];
}

function lists(): unknown[] {
  const long = Array.from({ length: 1_000 }, (_, index) => ({ index, even: index % 2 === 0 }));
  return [[], [[]], [null], [1, "a", [true, [null, {}]]], long];
}

function objects(): unknown[] {
  const awkwardNames = Object.fromEntries(
    ["", " ", "a b", "0", "length", "toString", "hasOwnProperty", "valueOf", "then", "é", "constructor"].map(
      (name) => [name, name],
    ),
  );
  let deep: unknown = "end";
  for (let depth = 0; depth < 200; depth++) deep = depth % 2 === 0 ? { deep } : [deep];
  const many = Object.fromEntries(Array.from({ length: 500 }, (_, index) => [`name-${index}`, index]));
  return [{}, sampleData(), awkwardNames, { nested: { same: { same: {} } } }, deep, many];
}

/** Values of other types: a format gives them back as that type, or refuses them. Never as something else. */
export function otherTypes(): unknown[] {
  return [
    new Date(1_700_000_000_123),
    new Map([["a", 1]]),
    new Set(["a", 1]),
    10n ** 30n,
    Uint8Array.of(0, 128, 255),
    Number.NaN,
    Number.POSITIVE_INFINITY,
    /a+b/gi,
    new Error("wrong"),
  ];
}
