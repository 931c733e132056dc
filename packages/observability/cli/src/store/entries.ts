import { type Backend, BackendError, type StoredValue } from "@hitbox/core";
import type { Pace } from "../pace.ts";
import type { StoreTier } from "./store.ts";

/** An entry as it is stored, or the reason why it cannot be read. */
export interface FoundEntry {
  readonly key: string;
  readonly stored: StoredValue | undefined;
  readonly error?: BackendError | undefined;
}

/** Most entries that are asked for at once. */
const AT_ONCE = 100;

/** The entries of a page of keys, no faster than `pace`. */
export async function* entriesOf(
  raw: Backend,
  keys: readonly string[],
  pace: Pace,
): AsyncGenerator<FoundEntry, void, undefined> {
  for (let at = 0; at < keys.length; at += AT_ONCE) {
    const part = keys.slice(at, at + AT_ONCE);
    yield* await readAll(raw, part);
    await pace.passed(part.length);
  }
}

/** Reads several entries: one that cannot be read fails alone. */
export async function readAll(raw: Backend, keys: readonly string[]): Promise<FoundEntry[]> {
  const encoded = keys.map((key) => raw.keyFormat.encode(key));
  const { readMany } = raw.supports;
  if (readMany === false || readMany.max < keys.length || raw.readMany === undefined)
    return Promise.all(keys.map((key, index) => readOne(raw, key, encoded[index] ?? key)));
  const answers = await orWrapped(raw, () => raw.readMany?.(encoded) ?? []);
  return keys.map((key, index) => foundEntry(key, answers[index]));
}

async function readOne(raw: Backend, key: string, encoded: string): Promise<FoundEntry> {
  try {
    return foundEntry(key, await orWrapped(raw, () => raw.read(encoded)));
  } catch (error) {
    if (!BackendError.is(error) || error.retryable) throw error;
    return foundEntry(key, error);
  }
}

function foundEntry(key: string, answer: StoredValue | BackendError | undefined): FoundEntry {
  return BackendError.is(answer) ? { key, stored: undefined, error: answer } : { key, stored: answer };
}

/** Core wraps the errors of an adapter; who calls an adapter itself has to. */
export async function orWrapped<T>(raw: Backend, run: () => T | PromiseLike<T>): Promise<T> {
  try {
    return await run();
  } catch (error) {
    if (BackendError.is(error)) throw error;
    const reason = error instanceof Error ? error.message : "the store failed";
    throw new BackendError(raw.classify?.(error) ?? "internal", reason, { backend: raw.label, cause: error });
  }
}

/** The backend of bytes. A typed backend of a configuration has none to look into. */
export function bytesOf({ raw, label }: StoreTier): Backend {
  if (raw !== undefined) return raw;
  const message = `${label} is a typed backend, whose bytes cannot be read; export the raw backend instead`;
  throw new BackendError("unsupported", message, { backend: label });
}
