import { types } from "node:util";
import type { KeyInput } from "../keys/key-text.ts";

/** In the place of a value: the one that is being replaced is kept. */
export const NOT_MODIFIED: unique symbol = Symbol("not modified");

/** The answer of a loader of several keys. */
export interface ManyAnswer<T> {
  /** In the order of the keys that were asked for. An Error is the failure of its key. */
  readonly values: readonly Answer<T>[];
  /** Of keys that were not asked for. */
  readonly further: Further<T>;
}

/** The answer for one key. */
export type Answer<T> = T | Error | typeof NOT_MODIFIED | undefined;

/** Values by the text of their keys, with the key as the loader wrote it. */
export type Further<T> = ReadonlyMap<string, { readonly name: KeyInput; readonly value: T | undefined }>;

const NONE: ReadonlyMap<string, never> = new Map<string, never>();

/**
 * Reads an array in the order of `texts`, or a Map from keys as the caller writes them. A key that the Map
 * has not is not found.
 *
 * @throws TypeError for any other answer.
 */
export function readAnswer<T>(
  answer: unknown,
  texts: readonly string[],
  textOf: (key: unknown) => string,
): ManyAnswer<T> {
  if (answer instanceof Map) return readMap<T>(answer, texts, textOf);
  if (Array.isArray(answer) && answer.length === texts.length) return { values: answer, further: NONE };
  const got = Array.isArray(answer) ? `${answer.length}` : typeof answer;
  const count = texts.length;
  throw new TypeError(
    `the loader of ${count} keys must answer with ${count} values, in their order, or with a Map; got ${got}`,
  );
}

function readMap<T>(
  answer: ReadonlyMap<unknown, Answer<T>>,
  texts: readonly string[],
  textOf: (key: unknown) => string,
): ManyAnswer<T> {
  const byText = new Map(Array.from(answer, ([name, value]) => [textOf(name), { name, value }] as const));
  const values = texts.map((text) => byText.get(text)?.value);
  for (const text of texts) byText.delete(text);
  for (const [text, { value }] of byText) if (isError(value) || value === NOT_MODIFIED) byText.delete(text);
  return { values, further: byText as Further<T> };
}

/** True if a value is an Error, also one of another realm, such as that of a test framework. */
export function isError(value: unknown): value is Error {
  return value instanceof Error || types.isNativeError(value);
}
