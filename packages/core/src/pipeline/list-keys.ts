import { setImmediate } from "node:timers";
import { BackendError } from "../backend-error.ts";
import type { KeysOptions } from "../cache-backend.ts";
import { checkInteger, checkKnown, checkOption } from "../check.ts";
import type { KeyFormat } from "../key-format.ts";
import type { KeyListing, KeyPage } from "../key-page.ts";
import type { MaybePromise } from "../maybe-promise.ts";

const PAGE_SIZE = 1_000;
const MOST_PAGE_SIZE = 10_000;

/** Taken before a test can replace it by one that only moves with the test's own time. */
const nextTurn = setImmediate;

export interface TextListing {
  /** Text that the keys begin with. */
  readonly start: string;
  readonly limit: number;
  readonly leased: boolean;
}

/** @throws TypeError for an option that is unknown or wrong. */
export function keyListing(options: KeysOptions): TextListing {
  checkKnown("keys", options, ["prefix", "pageSize", "leased"]);
  const { prefix: start = "", pageSize: limit = PAGE_SIZE, leased = false } = options;
  checkOption(typeof start === "string", "prefix", start, "must be a string");
  checkOption(typeof leased === "boolean", "leased", leased, "must be a boolean");
  return { start, limit: checkInteger("pageSize", limit, 1, MOST_PAGE_SIZE), leased };
}

/** Lists the texts of a store's keys. `ask` gets one page from the store. */
export async function* listKeys(
  format: KeyFormat,
  path: string,
  { start, limit, leased }: TextListing,
  ask: (listing: KeyListing) => MaybePromise<KeyPage>,
): AsyncGenerator<readonly string[], void, undefined> {
  const textOf = reader(format, path);
  const prefix = format.encodeStart?.(wellFormed(start)) ?? "";
  let cursor: string | undefined;
  do {
    const page: KeyPage = await ask({ prefix, cursor, limit, leased });
    yield [...new Set(page.keys.flatMap((key) => textOf(key)))].filter((text) => text.startsWith(start));
    if (page.cursor !== undefined && page.cursor === cursor) throw standsStill(path);
    cursor = page.cursor;
    // A store in this process answers at once: others get their turn between its pages.
    if (cursor !== undefined) await new Promise<void>((resolve) => nextTurn(resolve));
  } while (cursor !== undefined);
}

/** The text up to the half of a character that it may end with. */
function wellFormed(start: string): string {
  return /^\P{Surrogate}*/u.exec(start)?.[0] ?? "";
}

/** Reads keys of the format. A key that others have written may be none: no `get` would find its entry. */
function reader(format: KeyFormat, path: string): (key: string) => string[] {
  const { decode } = format;
  if (decode === undefined) throw noInverse(format, path);
  return (key) => {
    try {
      const text = decode.call(format, key);
      return text !== "" && format.encode(text) === key ? [text] : [];
    } catch {
      return [];
    }
  };
}

function noInverse({ id }: KeyFormat, path: string): BackendError {
  const message = `${path}: keys of the format ${id} cannot be read back; list with text() or urlEncoded()`;
  return new BackendError("unsupported", message, { backend: path });
}

function standsStill(path: string): BackendError {
  const message = `${path}: keys: the store answered with the cursor that it was given`;
  return new BackendError("internal", message, { backend: path });
}
