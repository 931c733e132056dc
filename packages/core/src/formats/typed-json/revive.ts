import { fillWatched } from "../fill-watched.ts";
import { COSTLY_NODES } from "../limits.ts";
import { reviveBinary } from "./binary.ts";
import type { CustomType } from "./custom-type.ts";
import { reviveError } from "./errors.ts";
import { CUSTOM, DOLLAR, ERROR, HOLE, MAP, SET } from "./escapes.ts";
import { constantOf, isDateEscape, reviveBigint, reviveDate, reviveRegExp, reviveUrl } from "./scalars.ts";

/** One document that is being revived. */
export interface Reviving {
  readonly types: ReadonlyMap<string, CustomType>;
  /** Nodes that costly values may still count for. */
  left: number;
}

/**
 * Replaces the escapes of a parsed document by their values, in place. The document is known to be within the
 * limits.
 *
 * @throws RangeError for an escape that is none of the format.
 */
export function revive(value: unknown, to: Reviving): unknown {
  if (typeof value === "string") return value.charCodeAt(0) === DOLLAR ? reviveText(value, to) : value;
  if (typeof value !== "object" || value === null) return value;
  return Array.isArray(value) ? reviveArray(value, to) : reviveRecord(value, to);
}

function reviveRecord(record: object, to: Reviving): object {
  const properties = record as Record<string, unknown>;
  for (const name in properties) {
    const property = properties[name];
    if (typeof property === "string") {
      if (property.charCodeAt(0) === DOLLAR) properties[name] = reviveText(property, to);
    } else if (typeof property === "object" && property !== null) {
      const revived = revive(property, to);
      if (revived !== property) properties[name] = revived;
    }
  }
  return record;
}

function reviveArray(items: unknown[], to: Reviving): unknown {
  const [first] = items;
  if (typeof first === "string" && first.charCodeAt(0) === DOLLAR) {
    const make = compositeOf(first);
    if (make !== undefined) return make(items, to);
  }
  for (let index = 0; index < items.length; index++) {
    const item = items[index];
    if (item === HOLE) delete items[index];
    else if (typeof item === "string" || typeof item === "object") items[index] = revive(item, to);
  }
  return items;
}

function reviveText(escaped: string, to: Reviving): unknown {
  if (escaped.charCodeAt(1) === DOLLAR) return escaped.slice(1);
  if (isDateEscape(escaped)) return reviveDate(escaped);
  const colon = escaped.indexOf(":");
  if (colon === -1) return constantOf(escaped);
  const [kind, content] = [escaped.slice(1, colon), escaped.slice(colon + 1)];
  if (kind === "BigInt") return reviveBigint(content);
  if (kind === "URL") return reviveUrl(costly(content, to));
  if (kind === "RegExp") return reviveRegExp(costly(content, to));
  const binary = reviveBinary(kind, content);
  if (binary === undefined) throw new RangeError("an unknown escape");
  return binary;
}

/** Counts a value that takes long to make. */
function costly<Content>(content: Content, to: Reviving): Content {
  to.left -= COSTLY_NODES;
  if (to.left < 0) throw new RangeError("more errors, URLs and regular expressions than `maxNodes` allows");
  return content;
}

type Composite = (items: unknown[], to: Reviving) => unknown;

/** How to make a value whose content is values; undefined for an escape that stands for itself. */
function compositeOf(tag: string): Composite | undefined {
  if (tag === MAP) return reviveMap;
  if (tag === SET) return reviveSet;
  if (tag === ERROR)
    return (items, to) =>
      reviveError(costly(items, to).map((item, at) => (at < 2 ? item : revive(item, to))));
  return tag.startsWith(CUSTOM) ? reviveCustom : undefined;
}

function reviveMap(items: unknown[], to: Reviving): Map<unknown, unknown> {
  const map = new Map<unknown, unknown>();
  const pairs = items.slice(1).map((pair) => {
    if (!Array.isArray(pair) || pair.length !== 2) throw new RangeError("a Map of a wrong form");
    return [revive(pair[0], to), revive(pair[1], to)] as const;
  });
  fillWatched(pairs.length, {
    insert: (at) => map.set(pairs[at]?.[0], pairs[at]?.[1]),
    remove: (at) => map.delete(pairs[at]?.[0]),
  });
  return map;
}

function reviveSet(items: unknown[], to: Reviving): Set<unknown> {
  const set = new Set<unknown>();
  const members = items.slice(1).map((item) => revive(item, to));
  fillWatched(members.length, {
    insert: (at) => set.add(members[at]),
    remove: (at) => set.delete(members[at]),
  });
  return set;
}

function reviveCustom([tag, encoded, ...more]: unknown[], to: Reviving): unknown {
  const type = to.types.get(String(tag).slice(CUSTOM.length));
  if (type === undefined) throw new RangeError("a type that is not among the `types` of this format");
  if (more.length > 0) throw new RangeError("a custom type of a wrong form");
  return type.decode(revive(encoded, to));
}
