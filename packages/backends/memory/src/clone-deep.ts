import { types } from "node:util";
import { kindFor } from "./kinds.ts";
import { ownString } from "./own-string.ts";
import { addPart, isArrayPrototype, isLongAndDense, isObjectPrototype, namesOf, partAt } from "./plain.ts";
import { Refusal } from "./refusal.ts";

export interface Clone {
  readonly value: unknown;
  /** True if the clone is frozen plain data all through: no reader can change it. */
  readonly isImmutable: boolean;
}

/** Deeper levels are copied after the others, so that no depth is too much for the stack. */
const DEEPEST_AT_ONCE = 200;

/**
 * Clones a value exactly, cycles and shared parts included, and freezes the plain objects and arrays of the
 * clone.
 *
 * @throws Refusal for a value that would not be the same afterwards.
 */
export function cloneDeep(root: unknown): Clone {
  const cloner = new Cloner();
  const value = cloner.copy(root, undefined, undefined);
  cloner.finish();
  return { value, isImmutable: cloner.isImmutable };
}

class Cloner {
  isImmutable = true;
  readonly #copies = new Map<object, object>();
  readonly #deferred: (() => void)[] = [];
  #depth = 0;

  finish(): void {
    for (let fill = this.#deferred.pop(); fill; fill = this.#deferred.pop()) fill();
  }

  readonly copy = (value: unknown, holder: object | undefined, key: PropertyKey | undefined): unknown => {
    if (typeof value === "string") return ownString(value);
    if (typeof value === "object" && value !== null) return this.#copyObject(value, holder, key);
    if (typeof value === "function" || typeof value === "symbol") throw Refusal.of(value, holder, key);
    return value;
  };

  #copyObject(value: object, holder: object | undefined, key: PropertyKey | undefined): object {
    const known = this.#copies.get(value);
    if (known !== undefined) return known;
    const prototype = Object.getPrototypeOf(value) as object | null;
    // Before anything is read of it: a trap could answer differently each time.
    if (types.isProxy(value)) throw Refusal.of(value, holder, key);
    if (Array.isArray(value) && isArrayPrototype(prototype)) return this.#copyArray(value, prototype);
    if (isObjectPrototype(prototype)) return this.#copyPlain(value, prototype);
    return this.#copyBuiltIn(value, holder, key);
  }

  #copyPlain(value: object, prototype: object | null): object {
    const copy = prototype === Object.prototype ? {} : (Object.create(prototype) as object);
    return this.#copyParts(value, copy, namesOf(value));
  }

  #copyArray(value: readonly unknown[], prototype: object | null): object {
    const copy: unknown[] = new Array<unknown>(value.length);
    if (prototype !== Array.prototype) Object.setPrototypeOf(copy, prototype);
    return this.#copyParts(value, copy, isLongAndDense(value) ? undefined : namesOf(value));
  }

  /** `names`: of all parts; undefined for an array to be read by index. */
  #copyParts(value: object, copy: object, names: readonly string[] | undefined): object {
    this.#copies.set(value, copy);
    this.#fill(() => {
      if (names === undefined) this.#copyElements(value as readonly unknown[], copy as unknown[]);
      else for (const name of names) addPart(copy, name, this.copy(partAt(value, name), value, name));
      Object.freeze(copy);
    });
    return copy;
  }

  #copyElements(value: readonly unknown[], copy: unknown[]): void {
    for (let index = 0; index < value.length; index++)
      copy[index] = this.copy(value[index], value, `${index}`);
  }

  #copyBuiltIn(value: object, holder: object | undefined, key: PropertyKey | undefined): object {
    const prototype = Object.getPrototypeOf(value) as object;
    const kind = kindFor(prototype);
    if (!kind?.brand(value)) throw Refusal.of(value, holder, key);
    if (kind.own !== "any") checkOwn(value, kind.own ?? []);
    const copy = kind.create(value);
    if (typeof copy === "string") throw new Refusal(copy, holder, key);
    if (Object.getPrototypeOf(copy) !== prototype) Object.setPrototypeOf(copy, prototype);
    this.isImmutable = false;
    this.#copies.set(value, copy);
    if (kind.fill) this.#fill(() => kind.fill?.(copy, value, this.copy));
    return copy;
  }

  #fill(fill: () => void): void {
    if (this.#depth === DEEPEST_AT_ONCE) {
      this.#deferred.push(fill);
      return;
    }
    this.#depth += 1;
    fill();
    this.#depth -= 1;
  }
}

function checkOwn(value: object, known: readonly PropertyKey[]): void {
  const other = Reflect.ownKeys(value).find((name) => !known.includes(name));
  if (other !== undefined) throw new Refusal("a property of a built-in object", value, other);
}
