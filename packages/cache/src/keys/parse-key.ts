import type { KeyInput } from "./key-text.ts";

/**
 * Strings, bigints, dates, numbers and words of a key's canonical text, and what begins an array or object.
 */
const TOKEN =
  /("(?:[^"\\]|\\.)*")|(-?\d+)n|d(-?\d+)|(-?\d+(?:\.\d+)?(?:e[+-]\d+)?)|(true|false|null)|([[{])/y;

const WORDS: Readonly<Record<string, boolean | null>> = {
  true: true,
  false: false,
  null: null,
};

/**
 * Reads the text of a key within its space: as the caller wrote it, up to the order of an object's
 * properties. Answers for any text: only where the key has this very text again is it the key.
 *
 * @throws SyntaxError for a text that no key has.
 */
export function parseKey(text: string): KeyInput {
  if (text.startsWith("'")) return text.slice(1);
  if (!text.startsWith("=")) return text;
  const reader = new Reader(text);
  const key = reader.value();
  reader.end();
  return key as KeyInput;
}

class Reader {
  readonly #text: string;
  #at = 1;

  constructor(text: string) {
    this.#text = text;
  }

  value(): unknown {
    TOKEN.lastIndex = this.#at;
    const [token, string, bigint, date, number, word, bracket] = TOKEN.exec(this.#text) ?? fail();
    this.#at += token.length;
    if (string !== undefined) return JSON.parse(string);
    if (bigint !== undefined) return BigInt(bigint);
    if (date !== undefined) return new Date(Number(date));
    if (number !== undefined) return Number(number);
    if (word !== undefined) return WORDS[word];
    return bracket === "[" ? this.#list("]", () => this.value()) : this.#object();
  }

  end(): void {
    if (this.#at !== this.#text.length) fail();
  }

  // Own properties, also one of the name `__proto__`.
  #object(): object {
    return Object.fromEntries(this.#list("}", () => this.#property()));
  }

  #property(): [name: string, value: unknown] {
    const name = this.value();
    if (typeof name !== "string" || !this.#takes(":")) fail();
    return [name, this.value()];
  }

  #list<Item>(close: string, read: () => Item): Item[] {
    const items: Item[] = [];
    if (this.#takes(close)) return items;
    do items.push(read());
    while (this.#takes(","));
    if (!this.#takes(close)) fail();
    return items;
  }

  #takes(character: string): boolean {
    if (this.#text[this.#at] !== character) return false;
    this.#at += 1;
    return true;
  }
}

function fail(): never {
  throw new SyntaxError("not the text of a key");
}
