import { bignum, HOLE, NEGATIVE_ZERO, wtf8 } from "./engine.ts";
import { MAX_CONTAINERS, MAX_DEPTH } from "./limits.ts";
import { Refusal, refusalUnder } from "./refusal.ts";
import { sameKind } from "./same-kind.ts";

const TWO_TO_64 = 1n << 64n;
const BYTE_ORDER_MARK = 0xfeff;

/**
 * `value` as cbor-x keeps it exactly: itself, where nothing in it needs help (most values), else a copy with
 * stand-ins. Never changes `value`.
 *
 * @throws TypeError naming the place, for what would not read back equal.
 */
export function prepare(value: unknown): unknown {
  try {
    return new Preparation().walk(value, 0);
  } catch (error) {
    throw error instanceof Refusal ? error.explained() : error;
  }
}

/** Loops, not callbacks: each frame that a level takes is stack that the value cannot have. */
class Preparation {
  #containers = 0;

  walk(value: unknown, depth: number): unknown {
    switch (typeof value) {
      case "string":
        return value.charCodeAt(0) !== BYTE_ORDER_MARK && value.isWellFormed() ? value : wtf8(value);
      case "number":
        return Object.is(value, -0) ? NEGATIVE_ZERO : value;
      case "object":
        return value === null ? null : this.#walkObject(value, depth);
      case "bigint":
        return value < TWO_TO_64 && value >= -TWO_TO_64 ? value : bignum(value);
      case "boolean":
      case "undefined":
        return value;
      default:
        throw new Refusal(`a ${typeof value} cannot be kept`);
    }
  }

  #walkObject(value: object, depth: number): unknown {
    if (depth >= MAX_DEPTH) throw new Refusal(`a cycle, or more than ${MAX_DEPTH} levels`);
    this.#count();
    const prototype: unknown = Object.getPrototypeOf(value);
    if (prototype === Object.prototype || prototype === null) return this.#walkRecord(value, depth);
    const known = sameKind(value);
    if (Array.isArray(known)) return this.#walkArray(known, depth);
    if (known instanceof Map) return this.#walkMap(known, depth);
    if (known instanceof Set) return this.#walkSet(known, depth);
    return known === undefined ? this.#walkRecord(value, depth) : known;
  }

  #walkRecord(record: object, depth: number): object {
    const source = record as Record<string, unknown>;
    let copy: Record<string, unknown> | undefined;
    let place = "";
    try {
      for (const name of Object.keys(source)) {
        place = name;
        checkName(name);
        const property = source[name];
        const walked = this.walk(property, depth + 1);
        if (Object.is(walked, property)) continue;
        copy ??= { ...source };
        copy[name] = walked;
      }
    } catch (error) {
      throw refusalUnder(`.${place}`, error);
    }
    checkSymbols(record);
    return copy ?? record;
  }

  #walkArray(items: unknown[], depth: number): unknown[] {
    let copy: unknown[] | undefined;
    let index = 0;
    try {
      for (; index < items.length; index++) {
        const item = items[index];
        const walked =
          item === undefined && !Object.hasOwn(items, index) ? this.#hole() : this.walk(item, depth + 1);
        if (copy === undefined && !Object.is(walked, item)) copy = items.slice(0, index);
        copy?.push(walked);
      }
    } catch (error) {
      throw refusalUnder(`[${index}]`, error);
    }
    return copy ?? items;
  }

  #walkMap(map: ReadonlyMap<unknown, unknown>, depth: number): unknown {
    const copy = new Map<unknown, unknown>();
    let changed = false;
    try {
      for (const [key, item] of map) {
        const [walkedKey, walkedItem] = [this.walk(key, depth + 1), this.walk(item, depth + 1)];
        changed ||= !Object.is(walkedKey, key) || !Object.is(walkedItem, item);
        copy.set(walkedKey, walkedItem);
      }
    } catch (error) {
      throw refusalUnder(`[entry ${copy.size} of the Map]`, error);
    }
    return changed ? copy : map;
  }

  #walkSet(set: ReadonlySet<unknown>, depth: number): unknown {
    const copy = new Set<unknown>();
    let changed = false;
    try {
      for (const item of set) {
        const walked = this.walk(item, depth + 1);
        changed ||= !Object.is(walked, item);
        copy.add(walked);
      }
    } catch (error) {
      throw refusalUnder(`[member ${copy.size} of the Set]`, error);
    }
    return changed ? copy : set;
  }

  #hole(): unknown {
    this.#count();
    return HOLE;
  }

  #count(): void {
    this.#containers += 1;
    if (this.#containers <= MAX_CONTAINERS) return;
    throw new Refusal(`more than ${MAX_CONTAINERS} arrays, objects and holes`);
  }
}

function checkName(name: string): void {
  if (name === "__proto__") throw new Refusal("a property of this name cannot be kept");
  if (!name.isWellFormed() || name.charCodeAt(0) === BYTE_ORDER_MARK)
    throw new Refusal("a property name with a lone surrogate or a leading byte order mark cannot be kept");
}

function checkSymbols(record: object): void {
  const [symbol] = Object.getOwnPropertySymbols(record);
  if (symbol !== undefined) throw new Refusal(`a property under ${String(symbol)} cannot be kept`);
}
