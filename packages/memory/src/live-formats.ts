import type { Format } from "@hitbox/core";
import { freezeDeep } from "./freeze-deep.ts";

/** A value as memory keeps it: frozen all through and shared by all readers, or to be cloned for each of them. */
interface Live {
  readonly value: unknown;
  readonly share: boolean;
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
  serialize(value): Live {
    if (value === null || PRIMITIVES.has(typeof value)) return { value, share: true };
    const clone: unknown = structuredClone(value);
    return { value: clone, share: freezeDeep(clone) };
  },
  deserialize(raw) {
    const { value, share } = raw as Live;
    return share ? value : copy(value);
  },
  shares: (raw) => (raw as Live).share,
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
