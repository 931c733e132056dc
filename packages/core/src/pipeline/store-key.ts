import type { Backend } from "../backend.ts";
import { BackendError } from "../backend-error.ts";
import type { KeyLike } from "../cache-key.ts";
import { checkOption } from "../check.ts";

/** The string that the store is given for a key. */
export function storeKey(backend: Backend<unknown>, path: string, key: KeyLike): string {
  const text = typeof key === "string" ? key : key?.text;
  const ok = typeof text === "string" && text !== "" && (staysInProcess(backend) || text.isWellFormed());
  checkOption(ok, "key", key, "must be a cacheKey or a string, not empty and well-formed");
  const encoded = backend.keyFormat.encode(text);
  const { maxKeyBytes } = backend.supports;
  if (maxKeyBytes !== undefined) checkKeySize(encoded, maxKeyBytes, path);
  return encoded;
}

// Keys leave the process as UTF-8, in which all lone surrogates are one character. In the process they differ, and a
// memory hit is spared the look.
function staysInProcess({ supports }: Backend<unknown>): boolean {
  return !supports.shared && !supports.persistent;
}

function checkKeySize(encoded: string, maxKeyBytes: number, path: string): void {
  // A UTF-16 unit is at most three bytes of UTF-8: most keys need no count.
  if (encoded.length * 3 <= maxKeyBytes) return;
  const bytes = Buffer.byteLength(encoded);
  if (bytes <= maxKeyBytes) return;
  const message = `${path}: key of ${bytes} bytes is over the limit of ${maxKeyBytes}; the hashed key format has no limit`;
  throw new BackendError("too-large", message, { backend: path });
}
