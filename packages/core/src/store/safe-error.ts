import { BackendError, type ErrorCode } from "../backend-error.ts";
import { messageOf } from "../message-of.ts";

/** Copies at most so many causes, one inside the other. */
const DEEPEST_CAUSE = 4;

/** Longest message, in characters. */
const LONGEST_MESSAGE = 500;

/** Fields of clients' errors that name a kind or a place, and hold neither a key nor a value. */
const FIELDS = ["code", "errno", "syscall", "address", "port", "sqlState", "severity", "errcode"] as const;

/** C0, C1, separators of lines, and marks that turn the direction of text: a terminal would obey them. */
const HARMFUL = /[\p{Cc}\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]+/gu;

/** Names the kind of a client's error. */
export type KindOf = (error: unknown) => ErrorCode | undefined;

/**
 * A client's error as a `BackendError` that is safe to log and to keep. Clients put the statement, the row or
 * the connection into their errors, and with them keys, values of megabytes and passwords.
 */
export function safeFailure(error: unknown, kindOf: KindOf): BackendError {
  if (!BackendError.is(error))
    return new BackendError(kindOf(error) ?? "internal", plain(reasonOf(error)), { cause: safeError(error) });
  const { code, retryable, deleteStatus, backend } = error;
  const cause = error.cause === undefined ? {} : { cause: safeError(error.cause) };
  return new BackendError(code, plain(error.message), { backend, retryable, deleteStatus, ...cause });
}

/** A copy of an error: its name, message, stack and kind, and the same of its cause. */
export function safeError(error: unknown, depth: number = DEEPEST_CAUSE): Error {
  if (BackendError.is(error)) return error;
  const { name = "Error", cause, stack } = (error ?? {}) as Partial<Error>;
  const message = plain(reasonOf(error));
  const options = cause === undefined || depth === 0 ? {} : { cause: safeError(cause, depth - 1) };
  const copy = Object.assign(new Error(message, options), picked(error));
  const frames = String(stack ?? "").match(/^ {4}at .*$/gm) ?? [];
  const head = plain(String(name));
  for (const [field, value] of [
    ["name", head],
    ["stack", [`${head}: ${message}`, ...frames].join("\n")],
  ] as const)
    Object.defineProperty(copy, field, { value, configurable: true, writable: true });
  return copy;
}

function picked(error: unknown): Readonly<Record<string, unknown>> {
  const from = Object(error) as Readonly<Record<string, unknown>>;
  const entries = FIELDS.map((field) => [field, from[field]] as const);
  return Object.fromEntries(
    entries
      .filter(([, value]) => typeof value === "string" || typeof value === "number")
      .map(([field, value]) => [field, typeof value === "string" ? plain(value) : value]),
  );
}

/** A thrown object that is no error may be a value: it is not shown. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return "the store's client threw no error";
  // Node tries each address of a name, and says nothing of all of them together.
  const [first] = error instanceof AggregateError ? error.errors : [];
  const message = error.message === "" && first instanceof Error ? first.message : messageOf(error);
  return String(message);
}

/** One line without control characters, and without the user and password of a URL. */
function plain(text: string): string {
  return text
    .slice(0, 2 * LONGEST_MESSAGE)
    .replace(HARMFUL, " ")
    .replace(/:\/\/[^/@\s]*@/g, "://***@")
    .slice(0, LONGEST_MESSAGE);
}
