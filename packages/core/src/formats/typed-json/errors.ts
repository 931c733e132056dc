import { types } from "node:util";

/**
 * The classes of the language, each with a way to make an error of it. Others are instances of classes like
 * any other.
 */
const CLASSES: ReadonlyMap<string, () => Error> = new Map<string, () => Error>([
  ...[Error, EvalError, RangeError, ReferenceError, SyntaxError, TypeError, URIError].map(
    (Kind): [string, () => Error] => [Kind.name, () => new Kind()],
  ),
  ["AggregateError", () => new AggregateError([])],
]);

export const ERROR_PROTOTYPES: ReadonlyMap<object, string> = new Map(
  [...CLASSES].map(([name, make]) => [Object.getPrototypeOf(withoutStack(make)) as object, name]),
);

/** Properties that the language makes invisible to `for` loops. The stack is never stored. */
const HIDDEN = ["message", "name", "cause", "errors"] as const;

type Properties = Record<string, unknown>;

/**
 * The parts of the escape of an error: the class, its hidden properties and its other ones, before these are
 * encoded.
 */
export function partsOfError(kind: string, error: object): [string, Properties, Properties] {
  const hidden: Properties = {};
  const visible: Properties = {};
  for (const name of HIDDEN) {
    const property = Object.getOwnPropertyDescriptor(error, name);
    if (property !== undefined && !property.enumerable) hidden[name] = (error as Properties)[name];
  }
  for (const [name, property] of Object.entries(error))
    if (name !== "stack") define(visible, name, property, true);
  return [kind, hidden, visible];
}

/** The error of an escape whose parts have been revived. */
export function reviveError([, kind, hidden, visible]: readonly unknown[]): Error {
  const make = typeof kind === "string" ? CLASSES.get(kind) : undefined;
  if (make === undefined || !isRecord(hidden) || !isRecord(visible))
    throw new RangeError("an error of a wrong form");
  const error = withoutStack(make);
  for (const name of HIDDEN) if (Object.hasOwn(hidden, name)) define(error, name, hidden[name], false);
  for (const [name, property] of Object.entries(visible)) define(error, name, property, true);
  if (!Object.hasOwn(visible, "stack")) define(error, "stack", headline(error), false);
  return error;
}

/** A stack would name the place where the error was read, and would take longer than everything else. */
function withoutStack(make: () => Error): Error {
  const limit = Error.stackTraceLimit;
  try {
    Error.stackTraceLimit = 0;
    return make();
  } finally {
    Error.stackTraceLimit = limit;
  }
}

function headline({ name, message }: Error): string {
  if (typeof name !== "string" || typeof message !== "string") return "Error";
  return message === "" ? name : `${name}: ${message}`;
}

function isRecord(value: unknown): value is Properties {
  return typeof value === "object" && value !== null && !Array.isArray(value) && !types.isNativeError(value);
}

/** An assignment would meet setters such as that of `__proto__`. */
function define(target: object, name: string, value: unknown, enumerable: boolean): void {
  Object.defineProperty(target, name, { value, enumerable, writable: true, configurable: true });
}
