import { BackendError } from "../backend-error.ts";
import { checkOption } from "../check.ts";
import type { KeyFormat } from "../key-format.ts";
import type { KeyLike } from "../keys/cache-key.ts";
import { text as asText } from "../keys/text.ts";
import type { BackendState } from "./backend-state.ts";

/** Checks the keys of operations, and encodes them to the strings that a store is given. */
export class StoreKeys {
  readonly #state: BackendState;
  readonly #path: string;
  readonly #isLocal: boolean;
  readonly #maxBytes: number;
  /** The last key that left the process, encoded: an operation of a cache asks for a key several times. */
  #last: { readonly text: string; readonly format: KeyFormat; readonly encoded: string } | undefined;

  constructor(state: BackendState, path: string) {
    const { supports } = state.backend;
    this.#state = state;
    this.#path = path;
    // Keys leave the process as UTF-8, in which all lone surrogates become one character. Within the process
    // they differ, and a hit in memory is spared the check.
    this.#isLocal = !supports.shared && !supports.persistent;
    this.#maxBytes = supports.maxKeyBytes ?? Number.POSITIVE_INFINITY;
  }

  /** The key of an operation as the store has it. Refuses the operation if the backend is closed. */
  of(key: KeyLike): string {
    const { closing, keyFormat: format } = this.#state;
    if (closing !== undefined) throw closed(this.#path);
    const text = typeof key === "string" ? key : key?.text;
    if (typeof text !== "string" || text === "") refuse(key);
    const last = this.#last;
    if (last?.text === text && last.format === format) return last.encoded;
    if (!this.#isLocal && !text.isWellFormed()) refuse(key);
    const encoded = format === AS_TEXT ? text : format.encode(text);
    // A UTF-16 unit is at most three bytes of UTF-8: most keys need no count.
    if (encoded.length * 3 > this.#maxBytes) this.#checkBytes(encoded);
    if (!this.#isLocal) this.#last = { text, format, encoded };
    return encoded;
  }

  #checkBytes(encoded: string): void {
    const bytes = Buffer.byteLength(encoded);
    if (bytes <= this.#maxBytes) return;
    const message =
      `${this.#path}: key of ${bytes} bytes is over the limit of ${this.#maxBytes}; ` +
      "the hashed key format has no limit";
    throw new BackendError("too-large", message, { backend: this.#path });
  }
}

/** The default, which has nothing to encode. */
const AS_TEXT = asText();

/** The error of an operation on a backend that is closed. */
export function closed(path: string): BackendError {
  return new BackendError("closed", `${path}: used after close`, { backend: path });
}

function refuse(key: unknown): never {
  checkOption(false, "key", key, "must be a cacheKey or a string, not empty and well-formed");
}
