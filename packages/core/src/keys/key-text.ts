/**
 * A part is a name with an optional value. A part without a value is a flag, which differs from an empty
 * value.
 */
export interface KeyPart {
  readonly name: string;
  readonly value?: string | undefined;
}

/** The fields that a key's text is made of. */
export interface KeyFields {
  /** Namespace. */
  readonly prefix: string;
  /** 0 to 2^32 − 1. */
  readonly version: number;
  readonly parts: readonly KeyPart[];
}

/**
 * A key's text form: `prefix:vN:name=value&flag`. An empty prefix and version 0 are omitted.
 *
 * `% : & =` and lone surrogates are percent-escaped in every component, so a separator is always a separator.
 * Two spellings that would read as something else are told apart: a prefix or name that looks like a version
 * (`v3`) has its `v` escaped, and a lone flag with nothing before it starts with `:`.
 */
export function keyText({ prefix, version, parts }: KeyFields): string {
  const head = version === 0 ? "" : `v${version}`;
  const names = parts.map(partText).join("&");
  const before = prefix === "" ? head : head === "" ? escapeName(prefix) : `${escapeName(prefix)}:${head}`;
  if (parts.length === 0) return before;
  return before === "" && /[&=]/.test(names) ? names : `${before}:${names}`;
}

/**
 * The inverse of `keyText`, for any text: one that `keyText` did not make yields the key that reads the same.
 */
export function parseKeyText(text: string): KeyFields {
  const segments = text.split(":");
  const prefix = /^(v[1-9]\d*$)|[&=]/.test(segments[0] ?? "")
    ? ""
    : unescapeComponent(segments.shift() ?? "");
  const version = /^v[1-9]\d*$/.test(segments[0] ?? "") ? Number(segments.shift()?.slice(1)) : 0;
  if (segments.length === 0) return { prefix, version, parts: [] };
  return { prefix, version, parts: segments.join(":").split("&").map(parsePart) };
}

function partText({ name, value }: KeyPart): string {
  return value === undefined ? escapeName(name) : `${escapeName(name)}=${escapeComponent(value)}`;
}

function parsePart(part: string): KeyPart {
  const equals = part.indexOf("=");
  if (equals === -1) return { name: unescapeComponent(part) };
  return { name: unescapeComponent(part.slice(0, equals)), value: unescapeComponent(part.slice(equals + 1)) };
}

function escapeName(name: string): string {
  return /^v\d+$/.test(name) ? `%76${name.slice(1)}` : escapeComponent(name);
}

function escapeComponent(component: string): string {
  if (!/[%:&=]/.test(component) && component.isWellFormed()) return component;
  return component.replace(/[%:&=]|\p{Surrogate}/gu, (unit) => {
    const code = unit.charCodeAt(0).toString(16).toUpperCase();
    return code.length === 2 ? `%${code}` : `%u${code}`;
  });
}

function unescapeComponent(component: string): string {
  return component.replace(/%u([0-9A-F]{4})|%([0-9A-F]{2})/g, (_, unit?: string, byte?: string) =>
    String.fromCharCode(Number.parseInt((unit ?? byte) as string, 16)),
  );
}
