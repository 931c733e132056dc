import { compose } from "@hitbox/composition";
import { BackendError, type CacheBackend, cacheBackend, cacheContext, isPromise } from "@hitbox/core";
import { type DynamoDbOptions, dynamodb } from "@hitbox/dynamodb";
import { memory } from "@hitbox/memory";
import { check, entry, keyOf, type Profile } from "./profiles.ts";

/** Resolves with who answered. */
export type Scenario = (cache: CacheBackend, options: DynamoDbOptions) => Promise<string>;

const IDS = Array.from({ length: 200 }, (_, id) => id);
/** The id of the one that is deleted. */
const DELETED = 7;
/** Bytes, about. */
const LARGE = 1_000_000;

export function tiers(options: DynamoDbOptions): CacheBackend {
  return compose(memory({ maxEntries: 10_000 }), dynamodb(options));
}

export const SCENARIOS: Readonly<Record<string, Scenario>> = {
  "fill DynamoDB with 200 profiles": async (_, options) => {
    await cacheBackend(dynamodb(options)).setMany(IDS.map((id) => [keyOf(id), entry(id)]));
    return "dynamodb";
  },

  "get all 200 at once": async (cache) => readAll(cache, IDS),

  "get them again": async (cache) => readAll(cache, IDS),

  "get one in a new process": async (_, options) => {
    const context = cacheContext();
    check(DELETED, await tiers(options).get<Profile>(keyOf(DELETED), context));
    return shortName(context.source);
  },

  "of ten processes one loads what is missing": async (_, options) => {
    const processes = Array.from({ length: 10 }, () => tiers(options));
    const leases = await Promise.all(processes.map((cache) => cache.lease<Profile>(keyOf(1_000), 5_000)));
    const loader = leases.findIndex(({ granted }) => granted);
    const fence = leases[loader]?.fence ?? "";
    await processes[loader]?.setFenced(keyOf(1_000), entry(1_000), fence);
    for (const cache of processes) check(1_000, await cache.get<Profile>(keyOf(1_000)));
    return `${leases.filter(({ granted }) => granted).length} loaded`;
  },

  "set and get 1 MB, in parts": async (_, options) => {
    const chunked = { ...options, chunking: true };
    await tiers(chunked).set(keyOf(2_000), entry(2_000, LARGE));
    const context = cacheContext();
    check(2_000, await tiers(chunked).get<Profile>(keyOf(2_000), context), LARGE);
    return shortName(context.source);
  },

  "delete one, everywhere": async (cache) => {
    const deleted = await cache.delete(keyOf(DELETED));
    if (deleted.status !== "deleted" || deleted.count !== 2) throw new Error("a delete found something else");
    return "memory and dynamodb";
  },
};

/** What is left of the cache when there is no DynamoDB. */
export const WITHOUT_DYNAMODB: Readonly<Record<string, Scenario>> = {
  "get the other 199 while DynamoDB is gone": async (cache) =>
    readAll(
      cache,
      IDS.filter((id) => id !== DELETED),
    ),

  "get the one that was deleted": async (cache) => {
    try {
      return `${await cache.get(keyOf(DELETED))}`;
    } catch (error) {
      if (!BackendError.is(error)) throw error;
      return `error: ${error.code}`;
    }
  },
};

/** Reads all at once; who answered, each tier once. */
async function readAll(cache: CacheBackend, ids: readonly number[]): Promise<string> {
  const sources = new Set<string>();
  await Promise.all(
    ids.map(async (id) => {
      const context = cacheContext();
      const read = cache.get<Profile>(keyOf(id), context);
      check(id, isPromise(read) ? await read : read);
      sources.add(shortName(context.source));
    }),
  );
  return [...sources].join(" and ");
}

/** `dynamodb` of `memory>dynamodb.dynamodb`. */
function shortName(path: string): string {
  return path.slice(path.lastIndexOf(".") + 1);
}
