const DEEPEST = 64;
const SHOWN_NAME = 40;

/** The path to the first `part` in a key, such as `.user[1]`; empty for the key itself. */
export function pathIn(key: unknown, part: unknown): string {
  return stepsTo(part, key, 0) ?? "";
}

/** Undefined if the part is not in `value`, or too deep in it. */
function stepsTo(part: unknown, value: unknown, depth: number): string | undefined {
  if (Object.is(value, part)) return "";
  if (typeof value !== "object" || value === null || depth > DEEPEST) return undefined;
  const isArray = Array.isArray(value);
  const names = isArray ? value.keys() : Object.keys(value).sort();
  for (const name of names) {
    const rest = stepsTo(part, (value as Readonly<Record<string | number, unknown>>)[name], depth + 1);
    if (rest !== undefined) return `${isArray ? `[${name}]` : step(String(name))}${rest}`;
  }
  return undefined;
}

function step(name: string): string {
  return /^[A-Za-z_$][\w$]{0,39}$/.test(name)
    ? `.${name}`
    : `[${JSON.stringify(name.slice(0, SHOWN_NAME))}]`.replace(/[^ -~]/g, "?");
}

/** The type or class of a value, and nothing of its contents: they may be secrets. */
export function typeName(value: unknown): string {
  if (typeof value === "number") return String(value);
  if (typeof value !== "object" || value === null) return `a ${typeof value}`;
  const name: unknown = (value as { constructor?: { name?: unknown } }).constructor?.name;
  return typeof name === "string" && /^[A-Za-z_$][\w$]{0,63}$/.test(name)
    ? `an object of ${name}`
    : "an object";
}
