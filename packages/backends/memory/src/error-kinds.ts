import { types } from "node:util";
import type { Kind } from "./kind.ts";
import { Refusal } from "./refusal.ts";

/** Errors keep all own properties (message, stack, cause, code …), those that are not enumerable too. */
const error: Kind = {
  brand: types.isNativeError,
  own: "any",
  create() {
    const copy = withoutTrace(() => new Error());
    for (const key of Reflect.ownKeys(copy)) Reflect.deleteProperty(copy, key);
    return copy;
  },
  fill(copy, value, part) {
    for (const key of Reflect.ownKeys(value)) {
      // Some releases of V8 make `stack` an accessor.
      const descriptor = key === "stack" ? hidden((value as Error).stack) : descriptorOf(value, key);
      Object.defineProperty(copy, key, { ...descriptor, value: part(descriptor.value, value, key) });
    }
  },
};

const CLASSES = [
  Error,
  EvalError,
  RangeError,
  ReferenceError,
  SyntaxError,
  TypeError,
  URIError,
  AggregateError,
];

export const ERROR_KINDS: readonly (readonly [prototype: object, Kind])[] = CLASSES.map((one) => [
  one.prototype,
  error,
]);

/** A copy with a trace of its own would keep the functions of that trace. */
function withoutTrace(make: () => Error): Error {
  const { stackTraceLimit } = Error;
  Error.stackTraceLimit = 0;
  try {
    return make();
  } finally {
    Error.stackTraceLimit = stackTraceLimit;
  }
}

function hidden(value: unknown): PropertyDescriptor {
  return { value, writable: true, enumerable: false, configurable: true };
}

function descriptorOf(value: object, key: PropertyKey): PropertyDescriptor {
  if (typeof key === "symbol") throw new Refusal("a property whose name is a symbol", value, key);
  const descriptor = Object.getOwnPropertyDescriptor(value, key) ?? {};
  if (descriptor.get ?? descriptor.set) throw new Refusal("a getter or setter", value, key);
  return descriptor;
}
