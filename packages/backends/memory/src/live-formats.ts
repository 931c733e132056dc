import type { Format } from "@hitbox/core";
import { freezeDeep, freezeUnshared } from "./freeze-deep.ts";

/** A value that cannot be frozen all through: every reader gets a clone. */
class CloneOnRead {
  readonly value: unknown;

  constructor(value: unknown) {
    this.value = value;
  }
}

/**
 * The default: keeps the value itself, safe from later changes by anyone. It is cloned when written
 * (`structuredClone`: functions and symbols are refused, class instances become plain objects) and frozen. Plain
 * data is then shared by all readers. Data that cannot be frozen (Map, Set, Date, binary …) is cloned for each.
 */
export function frozen(): Format<unknown> {
  return FROZEN;
}

/**
 * Keeps the very value that was written, whatever it is: no copy, no protection. Who changes it, changes the cache.
 */
export function reference(): Format<unknown> {
  return REFERENCE;
}

const FROZEN: Format<unknown> = Object.freeze<Format<unknown>>({
  id: "frozen",
  kind: "live",
  serialize(value) {
    if (value === null || PRIMITIVES.has(typeof value)) return value;
    const clone: unknown = structuredClone(value);
    return freezeDeep(clone) ? clone : new CloneOnRead(clone);
  },
  deserialize: (raw) => (raw instanceof CloneOnRead ? copy(raw.value) : raw),
  shares: (raw) => !(raw instanceof CloneOnRead),
  adopt: (value) => (freezeUnshared(value) ? value : FROZEN.serialize(value)),
});

const PRIMITIVES: ReadonlySet<string> = new Set(["string", "number", "boolean", "bigint", "undefined"]);

const REFERENCE: Format<unknown> = Object.freeze<Format<unknown>>({
  id: "reference",
  kind: "live",
  serialize: (value) => value,
  deserialize: (raw) => raw,
  shares: () => true,
});

function copy(value: unknown): unknown {
  const clone: unknown = structuredClone(value);
  freezeDeep(clone);
  return clone;
}
