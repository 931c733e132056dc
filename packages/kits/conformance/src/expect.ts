import assert from "node:assert/strict";
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
  expectValue(await cache.get(key), expected, `the entry under ${shown(key)}`);
}

export async function expectMiss(cache: CacheBackend, key: KeyLike): Promise<void> {
  assert.equal(await cache.get(key), undefined, `${shown(key)} should be a miss`);
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
  assert.deepEqual(
    { ...metadataOf(actual), ...codecsOf(actual) },
    { ...metadataOf(expected), ...codecsOf(expected) },
    `${what} should keep every field`,
  );
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

/** What was thrown or rejected with; undefined where nothing was. */
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

function codecsOf({ format, compressor, decodedBytes }: StoredValue<unknown>): object {
  return { format, compressor, decodedBytes };
}
