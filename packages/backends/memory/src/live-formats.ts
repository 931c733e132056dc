import type { Format } from "@hitbox/core";
import { cloneDeep } from "./clone-deep.ts";
import type { MeasuredFormat } from "./entry-bytes.ts";
import { freezeUnshared, isPrimitive } from "./freeze-unshared.ts";
import { ownString } from "./own-string.ts";
import { pathTo } from "./path-to.ts";
import { Refusal } from "./refusal.ts";

/** A value that cannot be frozen all through: every reader gets a clone. */
class CloneOnRead {
  readonly value: unknown;

  constructor(value: unknown) {
    this.value = value;
  }
}

/**
 * The default: keeps the value exactly, safe from later changes by anyone. The value is cloned when it is
 * written, and its plain objects and arrays are frozen. All readers share plain data. Each reader gets a
 * clone of data with a Map, Set, Date, Error, RegExp, URL or binary in it. Anything else (functions, symbols,
 * getters, instances of classes …) is refused, with its path.
 */
export function frozen(): MeasuredFormat {
  return FROZEN;
}

/**
 * Keeps the very value that was written, whatever it is: no copy, no protection. Who changes it, changes the
 * cache.
 */
export function reference(): Format<unknown> {
  return REFERENCE;
}

const FROZEN: MeasuredFormat = Object.freeze<MeasuredFormat>({
  id: "frozen",
  kind: "live",
  serialize(value) {
    if (typeof value === "string") return ownString(value);
    if (value === null || PRIMITIVES.has(typeof value)) return value;
    const clone = cloned(value);
    return clone.isImmutable ? clone.value : new CloneOnRead(clone.value);
  },
  deserialize: (raw) => (raw instanceof CloneOnRead ? cloneDeep(raw.value).value : raw),
  shares: (raw) => !(raw instanceof CloneOnRead),
  adopt: (value) => (isPrimitive(value) || freezeUnshared(value) ? value : FROZEN.serialize(value)),
  measurable: (raw) => (raw instanceof CloneOnRead ? raw.value : raw),
});

const PRIMITIVES: ReadonlySet<string> = new Set(["number", "boolean", "bigint", "undefined"]);

const REFERENCE: Format<unknown> = Object.freeze<Format<unknown>>({
  id: "reference",
  kind: "live",
  serialize: (value) => value,
  deserialize: (raw) => raw,
  shares: () => true,
});

/**
 * @throws TypeError for a value that would not come back as it was, with the path to the part that would not.
 */
function cloned(value: unknown): { readonly value: unknown; readonly isImmutable: boolean } {
  try {
    return cloneDeep(value);
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    const path = pathTo(value, error.holder, error.key);
    throw new TypeError(`value${path} is ${error.kind}, which frozen() does not keep; ${error.remedy}`);
  }
}
