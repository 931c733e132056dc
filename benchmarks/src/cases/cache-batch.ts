import { createCache } from "@hitbox/cache";
import { compose } from "@hitbox/composition";
import { decodeEnvelope, json } from "@hitbox/core";
import { memory } from "@hitbox/memory";
import { redis } from "@hitbox/redis";
import type { Redis } from "ioredis";
import type { Comparison } from "../compare.ts";
import { TTL, type User, user } from "../workload.ts";

const PREFIX = "bench";
const KEYS = 100;
const format = json();

/**
 * `getOrSetMany` of 100 keys that Redis has and memory has not, against one MGET and the decoding of each. Also counts
 * what 100 keys that nobody has cost: one read and one call of the loader.
 */
export async function batchOverRedis(client: Redis): Promise<Comparison> {
  // A first tier of one entry: it is filled like any other, and has next to nothing of what is asked for.
  const cache = createCache({ backend: tiersOver(client, 1), ttl: TTL });
  await checkOneRead(client);
  await cache.setMany(keysOf(0).map((key, id) => [key, user(id)] as const));
  return {
    name: "getOrSetMany, 100 keys from Redis",
    baseline: { name: "MGET + decode", run: (count) => rounds(count, () => byHand(client, keysOf(0))) },
    subject: {
      name: "getOrSetMany",
      run: (count) => rounds(count, () => cache.getOrSetMany(keysOf(0), missed)),
    },
    ratio: "time",
    goal: 3.5,
    count: 50,
    rounds: 51,
  };
}

/** An L1 hit with a tag whose record is in Redis alone, against the read of a key there. */
export async function taggedHitOverRedis(client: Redis): Promise<Comparison> {
  const cache = createCache({ backend: tiersOver(client, 10_000), ttl: TTL });
  const tagged = { tags: ["users"] };
  for (const [id, key] of keysOf(2).entries()) await cache.getOrSet(key, () => user(id), tagged);
  const rounds = async (count: number, read: (key: string) => Promise<unknown>): Promise<void> => {
    const keys = keysOf(2);
    for (let step = 0; step < count; step++) await read(keys[step % KEYS] as string);
  };
  return {
    name: "L1 hit with one tag, its record in Redis",
    baseline: {
      name: "ioredis getBuffer",
      run: (count) => rounds(count, (key) => client.getBuffer(`${PREFIX}::${key}`)),
    },
    subject: {
      name: "getOrSet",
      run: (count) => rounds(count, (key) => cache.getOrSet(key, missed, tagged)),
    },
    ratio: "time",
    goal: undefined,
    count: 250,
    rounds: 151,
  };
}

function keysOf(batch: number): string[] {
  return Array.from({ length: KEYS }, (_, id) => `user:v3:batch=${batch}&id=${id}`);
}

async function rounds(count: number, run: () => Promise<readonly unknown[]>): Promise<void> {
  for (let done = 0; done < count; done++) {
    const values = await run();
    if (values.length !== KEYS || values.includes(undefined)) throw new Error("a batch came back wrong");
  }
}

async function byHand(client: Redis, keys: readonly string[]): Promise<User[]> {
  const found = await client.mgetBuffer(keys.map((key) => `${PREFIX}::${key}`));
  return found.map((bytes) => format.deserialize(decodeEnvelope(bytes as Buffer).payload) as User);
}

function missed(): never {
  throw new Error("a hit came to the loader");
}

async function checkOneRead(client: Redis): Promise<void> {
  const own = client.duplicate();
  const sent: string[] = [];
  const send = own.sendCommand.bind(own);
  own.sendCommand = (command, stream) => {
    sent.push(command.name);
    return send(command, stream);
  };
  const cache = createCache({ backend: tiersOver(own, 10_000), ttl: TTL });
  let loads = 0;
  await cache.getOrSetMany(keysOf(1), async (keys) => {
    loads += 1;
    return keys.map((_, id) => user(id));
  });
  own.disconnect();
  const reads = sent.filter((name) => name === "get" || name === "mget").length;
  if (reads !== 1 || loads !== 1)
    throw new Error(`100 misses took ${reads} reads of Redis and ${loads} calls of the loader`);
}

function tiersOver(client: Redis, maxEntries: number): ReturnType<typeof compose> {
  return compose(memory({ maxEntries }), redis({ client, prefix: PREFIX }));
}
