import { randomUUID } from "node:crypto";
import type { AttributeValue } from "@aws-sdk/client-dynamodb";
import { BackendError, type StoredValue } from "@hitbox/core";

/** An item, or a key, as the SDK's client has it. */
export type Item = Record<string, AttributeValue>;

/** An entry without its payload, as an item has it. */
export type Metadata = Omit<StoredValue, "payload">;

/**
 * The attributes of an entry's metadata, readable in the console; the TTL attribute is `ttlAttribute`. Every write gives
 * the entry a `version` that no other has.
 */
export function metadataAttributes(stored: Metadata, ttlAttribute: string): Item {
  const { format, compressor, decodedBytes, createdAt, staleAt, expiresAt, tags, loadMs } = stored;
  return {
    version: { S: randomUUID() },
    format: { S: format },
    createdAt: numeric(createdAt),
    ...(compressor === undefined ? {} : { compressor: { S: compressor } }),
    ...(decodedBytes === undefined ? {} : { decodedBytes: numeric(decodedBytes) }),
    ...(staleAt === undefined ? {} : { staleAt: numeric(staleAt) }),
    ...(expiresAt === undefined ? {} : { expiresAt: numeric(expiresAt) }),
    ...(tags === undefined ? {} : { tags: { L: tags.map((tag) => ({ S: tag })) } }),
    ...(loadMs === undefined ? {} : { loadMs: numeric(loadMs) }),
    ...ttl(expiresAt, ttlAttribute),
  };
}

/** Epoch seconds, rounded up: DynamoDB never removes an entry before the millisecond in which it expires. */
export function ttl(expiresAt: number | undefined, ttlAttribute: string): Item {
  return expiresAt === undefined ? {} : { [ttlAttribute]: numeric(Math.ceil(expiresAt / 1_000)) };
}

export function numeric(value: number): { N: string } {
  return { N: `${value}` };
}

/** @throws BackendError `corrupt` if an attribute is not as `metadataAttributes` makes it. */
export function metadataOf(item: Item): Metadata {
  const { compressor, decodedBytes, staleAt, expiresAt, tags, loadMs } = item;
  const stored = {
    format: text(item, "format"),
    compressor: compressor && text(item, "compressor"),
    decodedBytes: decodedBytes && wholeNumber(item, "decodedBytes"),
    createdAt: wholeNumber(item, "createdAt"),
    staleAt: staleAt && wholeNumber(item, "staleAt"),
    expiresAt: expiresAt && wholeNumber(item, "expiresAt"),
    tags: tags && texts(item, "tags"),
    loadMs: loadMs && wholeNumber(item, "loadMs"),
  };
  if ((stored.compressor === undefined) !== (stored.decodedBytes === undefined)) throw wrong("decodedBytes");
  return stored;
}

/** True if an item is an entry, and not merely the fence of a key that has none. */
export function isEntry(item: Item): boolean {
  return item.fenceEnds === undefined;
}

export function payloadOf(item: Item): Uint8Array {
  return item.payload?.B ?? fail("payload");
}

export function text(item: Item, name: string): string {
  return item[name]?.S ?? fail(name);
}

export function wholeNumber(item: Item, name: string): number {
  const value = Number(item[name]?.N ?? Number.NaN);
  return Number.isSafeInteger(value) && value >= 0 ? value : fail(name);
}

function texts(item: Item, name: string): readonly string[] {
  const list = item[name]?.L ?? fail(name);
  return Object.freeze(list.map(({ S }) => S ?? fail(name)));
}

function fail(name: string): never {
  throw wrong(name);
}

function wrong(name: string): BackendError {
  return new BackendError("corrupt", `attribute "${name}" of the item is not what an entry has`);
}
