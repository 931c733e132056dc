import { BackendError } from "../backend-error.ts";
import { messageOf } from "../message-of.ts";

/** Copies at most so many causes, one inside the other. */
const DEEPEST_CAUSE = 5;

/** Longest message, in characters. */
const LONGEST_MESSAGE = 500;

/** Fields of clients' errors that name a kind or a place, and hold neither a key nor a value. */
const FIELDS = ["code", "errno", "syscall", "address", "port", "sqlState", "severity", "errcode"] as const;

/** C0, C1, separators of lines, and marks that turn the direction of text: a terminal would obey them. */
const HARMFUL = /[\p{Cc}\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]+/gu;

/** The particulars of a client library. */
export interface ErrorCopying {
  /** More fields that hold a text or a number, and no secret. Default: none. */
  readonly fields?: readonly string[] | undefined;
  /** Fields that hold an object, with the names of its members that are copied. Default: none. */
  readonly objects?: Readonly<Record<string, readonly string[]>> | undefined;
  /** Changes the message of an error, such as one that quotes a request. Default: it stays. */
  readonly reword?: ((message: string, error: Error) => string) | undefined;
  /** Finds the error that is behind another. Default: `cause`. */
  readonly causeOf?: ((error: Error) => unknown) | undefined;
}

/**
 * A copy of a client's error that is safe to log and to keep: its name, message, stack and kind, and the same
 * of its cause. Clients put the request, the row or the connection into their errors, and with them keys,
 * values of megabytes and passwords. A `BackendError` is returned as it is.
 */
export function copyError(error: unknown, how: ErrorCopying = {}, depth: number = DEEPEST_CAUSE): Error {
  if (BackendError.is(error)) return error;
  const { name = "Error", stack } = (error ?? {}) as Partial<Error>;
  const message = safeMessageOf(error, how);
  const cause = error instanceof Error ? (how.causeOf?.(error) ?? error.cause) : undefined;
  const options = cause === undefined || depth === 0 ? {} : { cause: copyError(cause, how, depth - 1) };
  const copy = Object.assign(new Error(message, options), fieldsOf(error, how));
  const frames = String(stack ?? "").match(/^ {4}at .*$/gm) ?? [];
  const head = plain(String(name));
  for (const [field, value] of [
    ["name", head],
    ["stack", [`${head}: ${message}`, ...frames].join("\n")],
  ] as const)
    Object.defineProperty(copy, field, { value, configurable: true, writable: true });
  return copy;
}

/** The message of an error, in one line, without control characters and passwords. */
export function safeMessageOf(error: unknown, { reword }: ErrorCopying = {}): string {
  const reason = reasonOf(error);
  return plain(reword !== undefined && error instanceof Error ? reword(reason, error) : reason);
}

/** One line without control characters, and without the user and password of a URL. */
export function plain(text: string): string {
  return text
    .slice(0, 2 * LONGEST_MESSAGE)
    .replace(HARMFUL, " ")
    .replace(/:\/\/[^/@\s]*@/g, "://***@")
    .slice(0, LONGEST_MESSAGE);
}

function fieldsOf(error: unknown, { fields = [], objects = {} }: ErrorCopying): object {
  const copies = Object.entries(objects).map(([name, members]) => {
    const held = (Object(error) as Readonly<Record<string, unknown>>)[name];
    return typeof held === "object" && held !== null ? { [name]: picked(held, members) } : {};
  });
  return Object.assign(picked(error, [...FIELDS, ...fields]), ...copies);
}

function picked(from: unknown, names: readonly string[]): Record<string, unknown> {
  const entries = names.map((name) => [name, (Object(from) as Readonly<Record<string, unknown>>)[name]]);
  return Object.fromEntries(
    entries
      .filter(([, value]) => typeof value === "string" || typeof value === "number")
      .map(([name, value]) => [name, typeof value === "string" ? plain(value) : value]),
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
