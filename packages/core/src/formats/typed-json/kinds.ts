import { types } from "node:util";
import { VIEW_PROTOTYPES } from "./binary.ts";
import { ERROR_PROTOTYPES } from "./errors.ts";

/** The format's knowledge of a class: the name in the escape, and how the escape is made. */
export interface Kind {
  readonly name: string;
  readonly form: "date" | "url" | "regexp" | "map" | "set" | "error" | "memory" | "view";
}

const BY_PROTOTYPE: ReadonlyMap<object, Kind> = new Map<object, Kind>([
  [Date.prototype, { name: "Date", form: "date" }],
  [Map.prototype, { name: "Map", form: "map" }],
  [Set.prototype, { name: "Set", form: "set" }],
  [URL.prototype, { name: "URL", form: "url" }],
  [RegExp.prototype, { name: "RegExp", form: "regexp" }],
  [ArrayBuffer.prototype, { name: "ArrayBuffer", form: "memory" }],
  ...entries(VIEW_PROTOTYPES, "view"),
  ...entries(ERROR_PROTOTYPES, "error"),
]);
const BY_NAME: ReadonlyMap<string, Kind> = new Map(
  [...BY_PROTOTYPE.values()].map((kind) => [kind.name, kind]),
);

function entries(prototypes: ReadonlyMap<object, string>, form: Kind["form"]): (readonly [object, Kind])[] {
  return [...prototypes].map(([prototype, name]) => [prototype, { name, form }] as const);
}

/** The kind of an object that is neither plain nor an array; undefined for an instance of any other class. */
export function kindOfObject(value: object): Kind | undefined {
  const prototype: object = Object.getPrototypeOf(value);
  const own = BY_PROTOTYPE.get(prototype);
  return own === undefined ? foreignKind(value, prototype) : isReally(own, value) ? own : undefined;
}

/** True if the object is one of the kind, and not merely made with its prototype. */
function isReally({ form }: Kind, value: object): boolean {
  return CHECKS[form](value);
}

const CHECKS: Readonly<Record<Kind["form"], (value: object) => boolean>> = {
  date: types.isDate,
  map: types.isMap,
  set: types.isSet,
  regexp: types.isRegExp,
  memory: types.isArrayBuffer,
  view: ArrayBuffer.isView,
  error: types.isNativeError,
  url: (value) => URL.canParse((value as URL).href),
};

/**
 * The kind of an object of another realm, such as a `node:vm` context, in which Jest runs tests. A subclass
 * is none: its prototype has one more above it.
 */
function foreignKind(value: object, prototype: object): Kind | undefined {
  const name: unknown = (prototype as { constructor?: { name?: unknown } }).constructor?.name;
  const kind = typeof name === "string" ? BY_NAME.get(name) : undefined;
  if (kind === undefined || kind.form === "url" || !isReally(kind, value)) return undefined;
  return heightOf(prototype) === heightOf(prototypeOf(kind)) &&
    prototype.constructor !== prototypeOf(kind).constructor
    ? kind
    : undefined;
}

function prototypeOf(kind: Kind): object {
  for (const [prototype, known] of BY_PROTOTYPE) if (known === kind) return prototype;
  return Object.prototype;
}

function heightOf(prototype: object): number {
  let height = 0;
  for (let at: object | null = prototype; at !== null; at = Object.getPrototypeOf(at)) height += 1;
  return height;
}
