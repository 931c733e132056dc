import type { KeyQuery } from "./store/list.ts";

/** Every key. */
export const ALL: KeyQuery = { start: "", accepts: () => true };

/** The keys that begin with a prefix. */
export function withPrefix(prefix: string): KeyQuery {
  return { start: prefix, accepts: () => true };
}

/** The keys that a pattern names: `*` stands for any characters, and the pattern for the whole key. */
export function pattern(text: string): KeyQuery {
  const [start = "", ...parts] = text.split("*");
  return { start, accepts: (key) => matches(key, start, parts) };
}

export function isPattern(text: string): boolean {
  return text.includes("*");
}

/** The parts in their order, each at its first place, and the last at the end: linear, whatever the key. */
function matches(key: string, start: string, parts: readonly string[]): boolean {
  const last = parts.at(-1);
  if (last === undefined) return key === start;
  let at = start.length;
  for (const part of parts.slice(0, -1)) {
    const found = key.indexOf(part, at);
    if (found < 0) return false;
    at = found + part.length;
  }
  return key.startsWith(start) && key.length - last.length >= at && key.endsWith(last);
}
