import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import { isDeepStrictEqual } from "node:util";
import {
  BackendError,
  type CacheBackend,
  type CacheValue,
  type ErrorCode,
  type KeyLike,
  type MaybePromise,
  type StoredValue,
} from "@hitbox/core";

/** Reads the entry and compares everything that was set: data, times to the millisecond, tags in order. */
export async function expectEntry(
  cache: CacheBackend,
  key: KeyLike,
  expected: CacheValue<unknown>,
): Promise<void> {
  const got = await cache.get(key);
  const what = `the entry under ${shown(key)}`;
  if (got === undefined && (await isThereLater(cache, key)))
    assert.fail(
      `${what} was a miss, and ${LATER_MS} ms later a hit: its write was answered before it was done`,
    );
  expectValue(got, expected, what);
}

export async function expectMiss(cache: CacheBackend, key: KeyLike): Promise<void> {
  if ((await cache.get(key)) === undefined) return;
  const late = !(await isThereLater(cache, key));
  const cause = late
    ? `, and was one ${LATER_MS} ms later: its removal was answered before it was done, or it ended late`
    : "";
  assert.fail(`${shown(key)} should be a miss${cause}`);
}

/** Milliseconds after which a second look tells an answer that came too early from one that is wrong. */
const LATER_MS = 50;

async function isThereLater(cache: CacheBackend, key: KeyLike): Promise<boolean> {
  await sleep(LATER_MS);
  return (await cache.get(key)) !== undefined;
}

export function expectValue(
  actual: CacheValue<unknown> | undefined,
  expected: CacheValue<unknown>,
  what: string,
): void {
  assert.ok(actual !== undefined, `${what} should be a hit`);
  assert.deepEqual(
    actual.data,
    expected.data,
    `${what} should read back as the data that was set, not ${JSON.stringify(actual.data)?.slice(0, 200)}`,
  );
  assert.deepEqual(metadataOf(actual), metadataOf(expected), `${what} should keep its times and tags`);
}

/** Compares every field of a stored value. An empty list of tags and none are the same. */
export function expectStored(
  actual: StoredValue<unknown> | undefined,
  expected: StoredValue,
  what = "the entry",
): void {
  assert.ok(actual !== undefined, `${what} should be there`);
  const { payload } = actual;
  assert.ok(payload instanceof Uint8Array, `the payload of ${what} should be a Uint8Array`);
  const same = Buffer.compare(payload, expected.payload) === 0;
  assert.ok(same, `the payload of ${what} should be the bytes that were written`);
  const [is, was] = [fieldsOf(actual), fieldsOf(expected)];
  const changed = Object.keys(was).filter((name) => !isDeepStrictEqual(is[name], was[name]));
  assert.deepEqual(is, was, `${what} should keep every field, and changes ${changed.join(", ")}`);
}

/** The operation fails with a `BackendError` of this code, from this backend. Throwing and rejecting are the same. */
export async function expectFailure(
  cache: CacheBackend,
  code: ErrorCode,
  what: string,
  attempt: () => MaybePromise<unknown>,
): Promise<void> {
  const error = await failureOf(attempt);
  assert.ok(error !== undefined, `${what} should fail with ${code}`);
  assert.ok(BackendError.is(error), `${what} should fail with a BackendError, not ${String(error)}`);
  assert.equal(error.code, code, `${what} should fail with ${code}: ${error.message}`);
  const { backend } = error;
  const own = backend === cache.label || backend.startsWith(`${cache.label}.`);
  assert.ok(own, `the error of ${what} should name ${cache.label}, not "${backend}"`);
}

/** The error that was thrown or rejected with; undefined if there was none. */
export async function failureOf(attempt: () => MaybePromise<unknown>): Promise<unknown> {
  try {
    await attempt();
    return undefined;
  } catch (error) {
    return error ?? new Error(`failed with ${String(error)}`);
  }
}

/** A key as a message may show it. */
export function shown(key: KeyLike): string {
  const text = typeof key === "string" ? key : key.text;
  return JSON.stringify(text.length > 60 ? `${text.slice(0, 60)}… (${text.length})` : text);
}

function metadataOf(
  value: Pick<CacheValue<unknown>, "createdAt" | "staleAt" | "expiresAt" | "tags" | "loadMs">,
): object {
  const { createdAt, staleAt, expiresAt, tags, loadMs } = value;
  return { createdAt, staleAt, expiresAt, tags: [...(tags ?? [])], loadMs };
}

function fieldsOf(stored: StoredValue<unknown>): Readonly<Record<string, unknown>> {
  const { format, compressor, decodedBytes } = stored;
  return { ...metadataOf(stored), format, compressor, decodedBytes };
}
