import { types } from "node:util";

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
]);
const TO_BOTH: ReadonlySet<string> = new Set(["Date", "Map", "Set"]);
const BINARY_TO_TYPED: ReadonlySet<string> = new Set(["DataView", "Float16Array"]);
const TO_TYPED: ReadonlySet<string> = new Set(["RegExp", "URL", "ArrayBuffer", "DataView"]);

/** Says why JSON does not keep `value`, and what to do. Only for values that are not plain data. */
export function lossInJson(value: unknown): string {
  if (typeof value === "bigint") return `a bigint has no form in JSON; ${KEPT_BY_BOTH}`;
  if (typeof value === "number") return `${value} would be changed by JSON; ${KEPT_BY_BOTH}`;
  if (value === undefined) return `undefined in an array would be changed by JSON; ${KEPT_BY_BOTH}`;
  if (typeof value !== "object" || value === null) return noFormatKeeps(value);
  const kind = kindOf(value);
  if (TO_BOTH.has(kind) || ArrayBuffer.isView(value))
    return `a ${kind} would be changed by JSON; ${BINARY_TO_TYPED.has(kind) ? KEPT_BY_TYPED : KEPT_BY_BOTH}`;
  if (TO_TYPED.has(kind) || types.isNativeError(value))
    return `${withArticle(kind)} would be changed by JSON; ${KEPT_BY_TYPED}`;
  return noFormatKeeps(value);
}

/** Says that `value` cannot be stored, and what to do. */
export function noFormatKeeps(value: unknown): string {
  if (typeof value !== "object" || value === null) return `a ${typeof value} cannot be stored; leave it out`;
  if (isThenable(value)) return "a promise cannot be stored; an `await` is missing";
  if (types.isBoxedPrimitive(value)) return "a boxed primitive cannot be stored; store its `valueOf()`";
  if (types.isProxy(value)) return "a Proxy of this kind cannot be stored; store a copy of its data";
  const kind = kindOf(value);
  const remedy = REMEDIES.get(kind);
  if (remedy !== undefined) return `${withArticle(kind)} cannot be stored; ${remedy}`;
  if (kind.startsWith("Intl."))
    return `${withArticle(kind)} cannot be stored; store its \`resolvedOptions()\``;
  if (kind.endsWith("Iterator")) return `${withArticle(kind)} cannot be stored; store an array of its items`;
  return `${withArticle(classOf(value))} would come back without its class; ${NAME_THE_CLASS}`;
}

const NAME_THE_CLASS = "store a plain object, or name the class in typedJson({ types })";

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
  return `${/^[AEIOU]/i.test(kind) && !/^(URL|U[a-z]8)/.test(kind) ? "an" : "a"} ${kind}`;
}
