import { createHash } from "node:crypto";
import {
  type Backend,
  BackendError,
  callsUnderWay,
  checkInteger,
  checkKnown,
  checkOption,
  type Life,
  STORE_OPTIONS,
  type StoreOptions,
  storeBackend,
} from "@hitbox/core";
import { checkDriver } from "./check-driver.ts";
import type { DriverLike } from "./driver-like.ts";

export interface FromUnstorageOptions extends StoreOptions {
  /** True if other processes see the same entries. A driver cannot tell. */
  readonly shared: boolean;
  /** True if entries outlive the process. A driver cannot tell. */
  readonly persistent: boolean;
  /** Part of every key, well-formed: backends with different prefixes share no entry. Default: `hitbox`. */
  readonly prefix?: string | undefined;
  /**
   * Longest time to live that the driver takes, in milliseconds, 1,000 at least. An entry that would get a
   * longer one, with the second that is added, is stored without an end, and still ends at its millisecond.
   * Default: 100 years.
   */
  readonly maxTtl?: number | undefined;
  /** Most bytes of a value of the driver, 2,048 at least. Default: no limit. */
  readonly maxValueBytes?: number | undefined;
}

const OPTIONS = ["shared", "persistent", "prefix", "maxTtl", "maxValueBytes", ...STORE_OPTIONS];

/** 100 years: dates beyond the range of a store's own type are nobody's time to live. */
const LONGEST_MS = 3_155_760_000_000;

/**
 * A backend over a driver of unstorage. The driver stays yours: closing the backend does not dispose of it.
 *
 * @throws TypeError for a driver that is read-only or writes files in place, and for a wrong option.
 * @example
 * import memoryDriver from "unstorage/drivers/memory";
 *
 * const backend = fromUnstorage(memoryDriver(), { shared: false, persistent: false });
 */
export function fromUnstorage(driver: DriverLike, options: FromUnstorageOptions): Backend {
  checkKnown("fromUnstorage", options, OPTIONS, "{ shared: true, persistent: true }");
  const { shared, persistent, prefix = "hitbox", maxTtl = LONGEST_MS, maxValueBytes } = options;
  const mustBe = "must be true or false";
  checkOption(typeof shared === "boolean", "fromUnstorage: shared", shared, mustBe);
  checkOption(typeof persistent === "boolean", "fromUnstorage: persistent", persistent, mustBe);
  const isText = typeof prefix === "string" && prefix.isWellFormed();
  checkOption(isText, "fromUnstorage: prefix", prefix, "must be a string, and well-formed");
  checkInteger("fromUnstorage: maxTtl", maxTtl, 1_000, Number.MAX_SAFE_INTEGER);
  if (maxValueBytes !== undefined)
    checkInteger("fromUnstorage: maxValueBytes", maxValueBytes, 2_048, 2 ** 31 - 1);
  const items = checkDriver(driver);
  const calls = callsUnderWay();
  const ask = (call: () => unknown): Promise<unknown> => calls.add(answerOf(call));
  return storeBackend(
    {
      ...{ label: "unstorage", shared, persistent, expiry: "none" },
      maxBytes: maxValueBytes && Math.floor((maxValueBytes * 3) / 4),
      get: async (key) => bytesOf(await ask(() => items.getItem(keyIn(prefix, key), {}))),
      ...(items.getItems && {
        async getMany(keys) {
          const at = keys.map((key) => ({ key: keyIn(prefix, key) }));
          const found = valuesOf(await ask(() => items.getItems?.(at, {})));
          return at.map(({ key }) => answerIn(found.get(key)));
        },
      }),
      set(key, bytes, life) {
        const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("base64");
        return ask(() => items.setItem(keyIn(prefix, key), text, { ttl: secondsOf(life, maxTtl) }));
      },
      delete: (key) => ask(() => items.removeItem(keyIn(prefix, key), {})),
      close: () => calls.end(),
    },
    options,
  );
}

/** Drivers make paths, patterns and URLs of keys: hexadecimal digits are safe in all of them. */
function keyIn(prefix: string, key: string): string {
  return createHash("sha256").update(`${prefix.length}:${prefix}${key}`).digest("hex");
}

/**
 * Stores count from a tick of their clock, hence one more second. 0 is "no end" for every driver, while
 * undefined would be a default of its own.
 */
function secondsOf({ seconds }: Life, maxTtl: number): number {
  return seconds === undefined || (seconds + 1) * 1_000 > maxTtl ? 0 : seconds + 1;
}

/** The drivers over files answer with the error of a failed call, instead of failing. */
async function answerOf(call: () => unknown): Promise<unknown> {
  const answer = await call();
  if (answer instanceof Error) throw answer;
  return answer;
}

function valuesOf(items: unknown): Map<string, unknown> {
  const found = items as readonly { readonly key: string; readonly value: unknown }[];
  return new Map(found.map(({ key, value }) => [key, value]));
}

function bytesOf(text: unknown): Uint8Array | undefined {
  const answer = answerIn(text);
  if (BackendError.is(answer)) throw answer;
  return answer;
}

function answerIn(text: unknown): Uint8Array | BackendError | undefined {
  if (text === undefined || text === null) return undefined;
  if (typeof text === "string") return Buffer.from(text, "base64");
  return new BackendError("corrupt", "the driver has a value under this key that is not a hitbox entry");
}
