const SHOWN = 20;
/** Names of properties are data: no escape sequence of theirs reaches a terminal. */
const UNPRINTABLE = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu;

/** A value that cannot be kept, and the way to it, which grows on its way up. */
export class Refusal extends Error {
  readonly #path: string[] = [];

  under(place: string): this {
    this.#path.push(place.replace(UNPRINTABLE, "?"));
    return this;
  }

  explained(): TypeError {
    const path = this.#path.reverse();
    const more = path.length > SHOWN ? "…" : "";
    return new TypeError(`value${path.slice(0, SHOWN).join("")}${more}: ${this.message}`);
  }
}

/** `error`, with its place if it is a refusal. */
export function refusalUnder(place: string, error: unknown): unknown {
  return error instanceof Refusal ? error.under(place) : error;
}
