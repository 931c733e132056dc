import { types } from "node:util";
import { kindOfObject } from "./typed-json/kinds.ts";

/** Kinds that JSON would change, by the formats that keep them. */
const KEPT_BY_BOTH = "typedJson() and cbor() keep it";
const KEPT_BY_TYPED = "typedJson() keeps it";

/** Says for kinds that no format keeps how to store them all the same, by their `Symbol.toStringTag`. */
const REMEDIES: ReadonlyMap<string, string> = new Map([
  ["Response", "store its status, its headers as pairs, and `await response.text()`"],
  ["Request", "store its url, its method, and `await request.text()`"],
  ["Headers", "store it as pairs: `[...headers]`"],
  ["FormData", "store it as pairs: `[...form]`"],
  ["URLSearchParams", "store its text: `String(params)`"],
  ["Blob", "store its bytes: `Buffer.from(await blob.arrayBuffer())`"],
  ["File", "store its name and its bytes: `Buffer.from(await file.arrayBuffer())`"],
  ["ReadableStream", "read it to its end and store the bytes or the text"],
  ["Generator", "store its items: `[...generator]`"],
  ["AsyncGenerator", "collect its items with `for await` and store these"],
  ["SharedArrayBuffer", "copy it into an ArrayBuffer"],
  ["WeakMap", "store a Map"],
  ["WeakSet", "store a Set"],
  ["WeakRef", "store its target"],
]);
const INTL_REMEDIES: ReadonlyMap<string, string> = new Map([
  ["Intl.Locale", "store its text: `String(locale)`"],
]);
const TO_CBOR: ReadonlySet<string> = new Set(["Date", "Map", "Set", "view"]);
const NOT_TO_CBOR: ReadonlySet<string> = new Set(["DataView", "Float16Array"]);

/**
 * Gives the reason why JSON does not keep `value`, and the remedy. Only for values that are not plain data.
 */
export function lossInJson(value: unknown): string {
  if (typeof value === "bigint") return `a bigint has no form in JSON; ${KEPT_BY_BOTH}`;
  if (typeof value === "number") return `${value} would be changed by JSON; ${KEPT_BY_BOTH}`;
  if (value === undefined) return `undefined in an array would be changed by JSON; ${KEPT_BY_BOTH}`;
  const kept = typeof value === "object" && value !== null ? kindOfObject(value) : undefined;
  if (kept === undefined) return noFormatKeeps(value);
  const { name, form } = kept;
  const isKeptByBoth = (TO_CBOR.has(name) || TO_CBOR.has(form)) && !NOT_TO_CBOR.has(name);
  return `${withArticle(name)} would be changed by JSON; ${isKeptByBoth ? KEPT_BY_BOTH : KEPT_BY_TYPED}`;
}

/** Says that `value` cannot be stored, and the remedy. */
export function noFormatKeeps(value: unknown): string {
  if (typeof value !== "object" || value === null)
    return `a ${typeof value} cannot be stored; ${remedyFor(value)}`;
  if (isThenable(value)) return `a promise cannot be stored; ${remedyFor(value)}`;
  if (types.isBoxedPrimitive(value)) return `a boxed primitive cannot be stored; ${remedyFor(value)}`;
  if (types.isProxy(value)) return `a Proxy of this kind cannot be stored; ${remedyFor(value)}`;
  const remedy = remedyFor(value, "");
  if (remedy !== "") return `${withArticle(kindOf(value))} cannot be stored; ${remedy}`;
  return `${withArticle(classOf(value))} would come back without its class; ${NAME_THE_CLASS}`;
}

const NAME_THE_CLASS = "store a plain object, or name the class in typedJson({ types })";

/**
 * Says how to store a value that no format keeps, such as "store its text: `String(params)`". `otherwise` is
 * the answer for instances of classes that nothing is known of.
 */
export function remedyFor(value: unknown, otherwise: string = NAME_THE_CLASS): string {
  if (typeof value !== "object" || value === null) return "leave it out";
  if (isThenable(value)) return "an `await` is missing";
  if (types.isBoxedPrimitive(value)) return "store its `valueOf()`";
  if (types.isProxy(value)) return "store a copy of its data";
  const kind = kindOf(value);
  if (kind.startsWith("Intl.")) return INTL_REMEDIES.get(kind) ?? "store its `resolvedOptions()`";
  if (kind.endsWith("Iterator")) return "store an array of its items";
  return REMEDIES.get(kind) ?? otherwise;
}

function isThenable(value: object): boolean {
  return types.isPromise(value) || typeof (value as { then?: unknown }).then === "function";
}

/**
 * The tag of an object, or its class if it has no tag. A name comes from code; one that is no identifier is
 * not shown.
 */
function kindOf(value: object): string {
  const tag = Object.prototype.toString.call(value).slice(8, -1);
  return tag !== "Object" && tag !== "Error" && IDENTIFIER.test(tag) ? tag : classOf(value);
}

function classOf(value: object): string {
  const name: unknown = (value as { constructor?: { name?: unknown } }).constructor?.name;
  return typeof name === "string" && IDENTIFIER.test(name) && name !== "Object" ? name : "class instance";
}

const IDENTIFIER = /^[A-Za-z_$][\w$. ]{0,63}$/;

function withArticle(kind: string): string {
  return `${/^[AEIOU]/i.test(kind) && !/^(URL|Ui)/.test(kind) ? "an" : "a"} ${kind}`;
}
