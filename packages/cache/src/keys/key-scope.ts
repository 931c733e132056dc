import { checkOption } from "@hitbox/core";
import { type KeyInput, keyText } from "./key-text.ts";
import { parseKey } from "./parse-key.ts";

/**
 * The beginning of keys: the beginning of a string, which is that of strings alone, or the first elements of
 * an array.
 */
export type KeyPrefix = string | readonly unknown[];

/** First characters of what is no key of a space itself: its namespaces and entities, and the cache's own. */
const NO_KEY: ReadonlySet<string> = new Set(["@", "%"]);

/** The keys of one space that begin with a prefix. */
export class KeyScope {
  /** The text that all of them begin with, and perhaps others. */
  readonly start: string;
  readonly #space: string;
  readonly #prefix: KeyPrefix;
  readonly #most: number;

  /** @throws TypeError for a prefix that is neither a string nor an array of data. */
  constructor(space: string, prefix: KeyPrefix, most: number) {
    const isPrefix = typeof prefix === "string" || Array.isArray(prefix);
    checkOption(isPrefix, "prefix", prefix, "must be a string, or an array of the first elements");
    this.start = startOf(space, prefix, most);
    this.#space = space;
    this.#prefix = prefix;
    this.#most = most;
  }

  /** The key of this text; undefined if it is none of these. */
  keyOf(text: string): KeyInput | undefined {
    if (!text.startsWith(this.start) || text.length > this.#most) return undefined;
    if (NO_KEY.has(text.charAt(this.#space.length))) return undefined;
    try {
      const key = parseKey(text.slice(this.#space.length));
      return keyText(this.#space, key, this.#most) === text && this.#begins(key, text) ? key : undefined;
    } catch {
      return undefined;
    }
  }

  #begins(key: KeyInput, text: string): boolean {
    if (typeof this.#prefix === "string")
      return this.#prefix === "" || (typeof key === "string" && key.startsWith(this.#prefix));
    // `[1` is no beginning of `[12]`.
    const next = text.charAt(this.start.length);
    return this.#prefix.length === 0 || next === "," || next === "]";
  }
}

function startOf(space: string, prefix: KeyPrefix, most: number): string {
  if (typeof prefix !== "string") return keyText(space, prefix as KeyInput, most).slice(0, -"]".length);
  // A half of a character at the end has no text: the keys tell.
  const text = /^\P{Surrogate}*/u.exec(prefix)?.[0] ?? "";
  return text === "" ? space : keyText(space, text, most);
}
