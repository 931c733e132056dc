import {
  BackendError,
  checkInteger,
  checkKnown,
  checkMilliseconds,
  checkOption,
  type ErrorCode,
} from "@hitbox/core";
import type { Operation } from "@hitbox/core/tier";

/** An operation of the contract that can be made to fail. */
export type FaultyOperation = Operation;

/**
 * The fault of one operation; undefined: none.
 *
 * - `{ fail }`: the operation fails with this error, or with a `BackendError` of this code. `effect: "none"`
 *   (default) does not call the backend. `effect: "done"` fails after the backend has executed the operation:
 *   a lost reply
 * - `{ delay }`: the operation reaches the backend that many milliseconds later
 * - `"hang"`: the operation reaches the backend once `release()` is called
 * - `"corrupt"`, `"truncate"`: entries read have one to three bits of their payload flipped, or its end cut
 *   off
 */
export type Fault =
  | { readonly fail: ErrorCode | Error; readonly effect?: "none" | "done" | undefined }
  | { readonly delay: number }
  | "hang"
  | "corrupt"
  | "truncate"
  | undefined;

/** Faults by the chance, from 0 to 1, that an operation meets them; together 1 at most. */
export type FaultChances = Readonly<
  Partial<Record<"fail" | "delay" | "hang" | "corrupt" | "truncate", number>>
>;

/** Returns the fault of one operation. `count` is the number of that operation's call, from 1. */
export type FaultScript = (
  operation: FaultyOperation,
  keys: readonly string[],
  count: number,
) => Fault | undefined;

export interface FaultyOptions {
  /** The only operations with faults. Default: all. */
  readonly operations?: readonly FaultyOperation[] | undefined;
  /** Random faults. Corruption and truncation affect only `read` and `readMany`. Default: none. */
  readonly chance?: FaultChances | undefined;
  /**
   * Faults of the next operations, one each, in order; or a function that decides. `chance` decides about
   * operations without a fault of the script. Default: none.
   */
  readonly script?: readonly Fault[] | FaultScript | undefined;
  /** Failure of `chance.fail`: a code or an error. Default: `"connection"`. */
  readonly error?: ErrorCode | Error | undefined;
  /** Longest delay of `chance.delay`, in milliseconds. Default: 20. */
  readonly maxDelay?: number | undefined;
  /** A whole number. With the same seed, the same calls in the same order get the same faults. Default: 1. */
  readonly seed?: number | undefined;
}

const KNOWN = ["operations", "chance", "script", "error", "maxDelay", "seed"];
const CHANCES = ["fail", "delay", "hang", "corrupt", "truncate"] as const;

/** Every operation, in the order of the contract. */
export const OPERATIONS: readonly FaultyOperation[] = [
  ...(["read", "write", "remove", "readMany", "writeMany", "removeMany"] as const),
  ...(["lease", "writeFenced", "releaseLease", "keys", "clear"] as const),
];

export type FaultySettings = Required<{ [Name in keyof FaultyOptions]: NonNullable<FaultyOptions[Name]> }>;

/** @throws TypeError for an option that is unknown or wrong. */
export function faultySettings(options: FaultyOptions): FaultySettings {
  checkKnown("faulty", options, KNOWN);
  const { operations = OPERATIONS, chance = {}, script = [], error = "connection" } = options;
  const { maxDelay = 20, seed = 1 } = options;
  const known = Array.isArray(operations) && operations.every((name) => OPERATIONS.includes(name));
  checkOption(Boolean(known), "operations", operations, `must be some of ${OPERATIONS.join(", ")}`);
  checkChances(chance);
  checkOption(Array.isArray(script) || typeof script === "function", "script", script, SCRIPT_RULE);
  if (Array.isArray(script)) for (const fault of script) checkFault(fault);
  checkOption(isFailure(error), "error", error, "must be an error or a code");
  checkMilliseconds("maxDelay", maxDelay, 0, 2 ** 31 - 1);
  checkInteger("seed", seed, Number.MIN_SAFE_INTEGER, Number.MAX_SAFE_INTEGER);
  return { operations, chance, script, error, maxDelay, seed };
}

const SCRIPT_RULE = "must be an array of faults, or a function that gives one";

function checkChances(chance: FaultChances): void {
  checkOption(typeof chance === "object" && chance !== null, "chance", chance, "must be an object");
  checkKnown("faulty: chance", chance, CHANCES);
  const chances = CHANCES.map((name) => chance[name] ?? 0);
  const fits =
    chances.every((part) => typeof part === "number" && part >= 0) &&
    chances.reduce((sum, part) => sum + part, 0) <= 1 + 1e-9;
  checkOption(fits, "chance", chance, "must be numbers from 0 to 1, together 1 at most");
}

/** Throws a TypeError if a script gave something that is no fault. */
export function checkFault(fault: Fault): void {
  if (fault === undefined || fault === "hang" || fault === "corrupt" || fault === "truncate") return;
  const isObject = typeof fault === "object" && fault !== null;
  if (isObject) checkKnown("faulty: script", fault, ["fail", "effect", "delay"]);
  const delays = isObject && "delay" in fault && Number.isFinite(fault.delay) && fault.delay >= 0;
  const fails = isObject && "fail" in fault && isFailure(fault.fail);
  checkOption(delays || fails, "script", fault, 'must give faults, such as { fail: "timeout" } or "hang"');
}

function isFailure(error: unknown): boolean {
  return typeof error === "string" || error instanceof Error;
}

/** The error to throw: a new one for a code. */
export function errorOf(fail: ErrorCode | Error): Error {
  return typeof fail === "string" ? new BackendError(fail, "injected by faulty") : fail;
}
