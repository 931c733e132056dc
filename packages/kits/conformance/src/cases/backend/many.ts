import type { Backend, BackendError, BatchLimit, CacheBackend, CacheValue, StoredValue } from "@hitbox/core";

/** Keys that are written and read one by one. Batches take the others, to save requests. */
const ONE_BY_ONE = 20;

/** A part at a time: a client may open a connection for each call under way. */
const AT_ONCE = 20;

type Entry = readonly [key: string, value: StoredValue];

/** Writes entries, some of them one by one. */
export async function writeAll(raw: Backend<unknown>, entries: readonly Entry[]): Promise<void> {
  const limit = raw.supports.writeMany;
  const single = raw.writeMany ? entries.slice(0, ONE_BY_ONE) : entries;
  await eachOf(single, async ([key, value]) => raw.write(key, value));
  for (const part of partsOf(entries.slice(single.length), limit)) await raw.writeMany?.(part);
}

/** The answers for keys, in their order, some of them one by one. */
export async function readAll(
  raw: Backend<unknown>,
  keys: readonly string[],
): Promise<(StoredValue<unknown> | BackendError | undefined)[]> {
  const single = raw.readMany ? keys.slice(0, ONE_BY_ONE) : keys;
  const answers = await eachOf<string, StoredValue<unknown> | BackendError | undefined>(single, async (key) =>
    raw.read(key),
  );
  for (const part of partsOf(keys.slice(single.length), raw.supports.readMany))
    answers.push(...((await raw.readMany?.(part)) ?? []));
  return answers;
}

/** Sets entries, some of them one by one. */
export async function setAll(
  cache: CacheBackend,
  entries: readonly (readonly [key: string, value: CacheValue<unknown>])[],
): Promise<void> {
  await eachOf(entries.slice(0, ONE_BY_ONE), async ([key, value]) => cache.set(key, value));
  if (entries.length > ONE_BY_ONE) await cache.setMany(entries.slice(ONE_BY_ONE));
}

/** The values under keys, in their order, some of them one by one. */
export async function getAll(
  cache: CacheBackend,
  keys: readonly string[],
): Promise<(CacheValue<unknown> | undefined)[]> {
  const single = await eachOf(keys.slice(0, ONE_BY_ONE), async (key) => cache.get(key));
  return [...single, ...(await cache.getMany(keys.slice(ONE_BY_ONE)))];
}

async function eachOf<Item, R>(items: readonly Item[], work: (item: Item) => Promise<R>): Promise<R[]> {
  const answers: R[] = [];
  for (const part of partsOf(items, { max: AT_ONCE })) answers.push(...(await Promise.all(part.map(work))));
  return answers;
}

function partsOf<Item>(items: readonly Item[], limit: BatchLimit | false): (readonly Item[])[] {
  const { max } = limit || { max: items.length };
  const parts: (readonly Item[])[] = [];
  for (let start = 0; start < items.length; start += max) parts.push(items.slice(start, start + max));
  return parts;
}
