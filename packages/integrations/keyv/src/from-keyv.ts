import { createHash } from "node:crypto";
import {
  type Backend,
  BackendError,
  callsUnderWay,
  checkInteger,
  checkKnown,
  checkMilliseconds,
  checkOption,
  type Life,
  STORE_OPTIONS,
  type StoreOptions,
  storeBackend,
} from "@hitbox/core";
import type { KeyvLike } from "./keyv-like.ts";
import { textsIn } from "./texts.ts";

export interface FromKeyvOptions extends StoreOptions {
  /** True if other processes see the same entries. Keyv cannot tell. */
  readonly shared: boolean;
  /** True if entries outlive the process. Keyv cannot tell. */
  readonly persistent: boolean;
  /** Part of every key, well-formed: backends with different prefixes share no entry. Default: `hitbox`. */
  readonly prefix?: string | undefined;
  /**
   * Longest time to live that the store takes, in milliseconds, 1,000 at least. An entry that would get a
   * longer one, with the second that is added, is stored without an end, and still ends at its millisecond.
   * Default: 100 years.
   */
  readonly maxTtl?: number | undefined;
  /** Most bytes of a value of the store, 2,048 at least. Default: no limit. */
  readonly maxValueBytes?: number | undefined;
}

const OPTIONS = ["shared", "persistent", "prefix", "maxTtl", "maxValueBytes", ...STORE_OPTIONS];

/** 100 years: dates beyond the range of a store's own type are nobody's time to live. */
const LONGEST_MS = 3_155_760_000_000;

/** Room for the JSON that Keyv puts around a text. */
const WRAPPING_BYTES = 128;

/**
 * A backend over a Keyv, and so over any of its adapters. The Keyv stays yours: closing the backend does not
 * disconnect it.
 *
 * @throws TypeError for a Keyv 5 without `throwOnErrors`, and for an option that is wrong.
 * @example
 * import Keyv from "keyv";
 *
 * const keyv = new Keyv({ throwOnErrors: true });
 * const backend = fromKeyv(keyv, { shared: false, persistent: false });
 */
export function fromKeyv(keyv: KeyvLike, options: FromKeyvOptions): Backend {
  checkKnown("fromKeyv", options, OPTIONS, "{ shared: true, persistent: true }");
  const { shared, persistent, prefix = "hitbox", maxTtl = LONGEST_MS, maxValueBytes } = options;
  checkOption(typeof shared === "boolean", "fromKeyv: shared", shared, "must be true or false");
  checkOption(typeof persistent === "boolean", "fromKeyv: persistent", persistent, "must be true or false");
  const isText = typeof prefix === "string" && prefix.isWellFormed();
  checkOption(isText, "fromKeyv: prefix", prefix, "must be a string, and well-formed");
  checkMilliseconds("fromKeyv: maxTtl", maxTtl, 1_000, Number.MAX_SAFE_INTEGER);
  if (maxValueBytes !== undefined) checkInteger("fromKeyv: maxValueBytes", maxValueBytes, 2_048, 2 ** 31 - 1);
  const texts = textsIn(keyv);
  const calls = callsUnderWay();
  return storeBackend(
    {
      ...{ label: "keyv", shared, persistent, expiry: "none" },
      maxBytes: maxValueBytes && Math.floor(((maxValueBytes - WRAPPING_BYTES) * 3) / 4),
      get: (key) => calls.add(texts.get(keyIn(prefix, key)).then(bytesOf)),
      set(key, bytes, life) {
        const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("base64");
        return calls.add(texts.set(keyIn(prefix, key), text, msOf(life, maxTtl)).then(checkStored));
      },
      delete: (key) => calls.add(texts.delete(keyIn(prefix, key))),
      close: () => calls.end(),
    },
    options,
  );
}

/** Adapters trim keys, cut them, or ignore their case: hexadecimal digits are safe in all of them. */
function keyIn(prefix: string, key: string): string {
  return createHash("sha256").update(`${prefix.length}:${prefix}${key}`).digest("hex");
}

/** Adapters round down to their seconds, or count them from a tick of the store's clock. */
function msOf({ seconds }: Life, maxTtl: number): number | undefined {
  if (seconds === undefined) return undefined;
  const ms = (seconds + 1) * 1_000;
  return ms > maxTtl ? undefined : ms;
}

function bytesOf(text: unknown): Uint8Array | undefined {
  if (text === undefined || text === null) return undefined;
  if (typeof text === "string") return Buffer.from(text, "base64");
  throw new BackendError("corrupt", "the Keyv has a value under this key that is not a hitbox entry");
}

function checkStored(answer: unknown): void {
  if (answer === false) throw new BackendError("unavailable", "the Keyv answered a set with false");
}
