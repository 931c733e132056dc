import type { DeleteStatus } from "./delete-status.ts";

/**
 * The kind of a failure:
 *
 * - `connection`: no connection, or it broke
 * - `timeout`: no answer within the deadline
 * - `unavailable`: the store answers, but cannot serve now
 * - `serialization`, `deserialization`: the value format failed
 * - `compression`, `decompression`: the compressor failed
 * - `corrupt`: the stored entry is damaged or foreign
 * - `too-large`: a key or value is over a limit
 * - `unsupported`: the backend does not declare the operation
 * - `closed`: used after `close`
 * - `internal`: everything else
 */
export type ErrorCode =
  | "connection"
  | "timeout"
  | "unavailable"
  | "serialization"
  | "deserialization"
  | "compression"
  | "decompression"
  | "corrupt"
  | "too-large"
  | "unsupported"
  | "closed"
  | "internal";

export interface BackendErrorOptions {
  /**
   * Label path of the backend that failed, such as `memory>redis.redis`. Default: `""`, and core fills it in.
   */
  readonly backend?: string | undefined;
  /** True if the same call may succeed later. Default: true for `connection`, `timeout` and `unavailable`. */
  readonly retryable?: boolean | undefined;
  /** The error of the client, format or compressor. */
  readonly cause?: unknown;
  /** For a delete over several layers: the status of the layers that did not fail. */
  readonly deleteStatus?: DeleteStatus | undefined;
}

const BRAND: unique symbol = Symbol.for("@hitbox/core/BackendError") as never;
const RETRYABLE: ReadonlySet<ErrorCode> = new Set(["connection", "timeout", "unavailable"]);

/** The one error that a backend operation rejects with. Misuse by the caller is a `TypeError` instead. */
export class BackendError extends Error {
  override readonly name = "BackendError";
  readonly code: ErrorCode;
  readonly retryable: boolean;
  readonly backend: string;
  readonly deleteStatus: DeleteStatus | undefined;

  constructor(code: ErrorCode, message: string, options: BackendErrorOptions = {}) {
    super(message, "cause" in options ? { cause: options.cause } : undefined);
    this.code = code;
    this.backend = options.backend ?? "";
    this.retryable = options.retryable ?? RETRYABLE.has(code);
    this.deleteStatus = options.deleteStatus;
    Object.defineProperty(this, BRAND, { value: true });
  }

  /**
   * True for a `BackendError` of any installed copy of this package, for which `instanceof` would be false.
   */
  static is(error: unknown): error is BackendError {
    return typeof error === "object" && error !== null && BRAND in error;
  }
}

const UNREADABLE: ReadonlySet<ErrorCode> = new Set(["corrupt", "deserialization", "decompression"]);

/** True if the error means that an entry is there and cannot be read. A new entry may take its place. */
export function isUnreadable(error: unknown): boolean {
  return BackendError.is(error) && UNREADABLE.has(error.code);
}

const REFUSALS: ReadonlySet<ErrorCode> = new Set(["serialization", "compression", "too-large"]);

/** True if the error means that the store is well, and cannot hold this value or key now or later. */
export function isRefusal(error: unknown): boolean {
  return BackendError.is(error) && REFUSALS.has(error.code);
}
