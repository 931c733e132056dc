import { BackendError } from "../backend-error.ts";
import type { KeyLike } from "../cache-key.ts";
import { checkOption } from "../check.ts";
import type { Shared } from "./pipeline.ts";

/** The strings that a store is given for keys. */
export class StoreKeys {
  readonly #common: Shared;
  readonly #path: string;
  readonly #anyText: boolean;
  readonly #maxBytes: number;

  constructor(common: Shared, path: string) {
    const { supports } = common.backend;
    this.#common = common;
    this.#path = path;
    // Keys leave the process as UTF-8, in which all lone surrogates are one character. In the process they differ, and a
    // memory hit is spared the look.
    this.#anyText = !supports.shared && !supports.persistent;
    this.#maxBytes = supports.maxKeyBytes ?? Number.POSITIVE_INFINITY;
  }

  of(key: KeyLike): string {
    const text = typeof key === "string" ? key : key?.text;
    const ok = typeof text === "string" && text !== "" && (this.#anyText || text.isWellFormed());
    checkOption(ok, "key", key, "must be a cacheKey or a string, not empty and well-formed");
    const encoded = this.#common.keyFormat.encode(text);
    // A UTF-16 unit is at most three bytes of UTF-8: most keys need no count.
    if (encoded.length * 3 > this.#maxBytes) this.#checkSize(encoded);
    return encoded;
  }

  #checkSize(encoded: string): void {
    const bytes = Buffer.byteLength(encoded);
    if (bytes <= this.#maxBytes) return;
    const message = `${this.#path}: key of ${bytes} bytes is over the limit of ${this.#maxBytes}; the hashed key format has no limit`;
    throw new BackendError("too-large", message, { backend: this.#path });
  }
}
