import { cacheBackend, cacheValue, decodeEnvelope, json } from "@hitbox/core";
import { redis } from "@hitbox/redis";
import type { Redis } from "ioredis";
import type { Comparison } from "../compare.ts";
import { keysOf, TTL, type User, user } from "../workload.ts";

const ENTRIES = 2_000;
const PREFIX = "bench";
const keyAt = keysOf(ENTRIES);
const format = json();

type Backend = ReturnType<typeof cacheBackend>;

export async function filledRedis(client: Redis): Promise<Backend> {
  const backend = cacheBackend(redis({ client, prefix: PREFIX }));
  const entries = Array.from(
    { length: ENTRIES },
    (_, id) => [`user:v3:id=${id}`, cacheValue(user(id), { ttl: TTL })] as const,
  );
  await backend.setMany(entries);
  return backend;
}

/** What a careful program does by hand: the same bytes, checked and parsed. */
async function byHand(client: Redis, key: string): Promise<User | undefined> {
  return decode(await client.getBuffer(`${PREFIX}::${key}`));
}

/** The same for a program that knows all its keys at once. */
async function manyByHand(client: Redis, keys: readonly string[]): Promise<(User | undefined)[]> {
  return (await client.mgetBuffer(keys.map((key) => `${PREFIX}::${key}`))).map(decode);
}

function decode(bytes: Buffer | null): User | undefined {
  return bytes ? (format.deserialize(decodeEnvelope(bytes).payload) as User) : undefined;
}

/** One read at a time. */
export function redisOneAtATime(client: Redis, backend: Backend): Comparison {
  return {
    name: "Redis, one read at a time",
    baseline: {
      name: "ioredis getBuffer + decode",
      async run(count) {
        for (let step = 0; step < count; step++) check(await byHand(client, keyAt(step)));
      },
    },
    subject: {
      name: "typed get",
      async run(count) {
        for (let step = 0; step < count; step++) check((await backend.get<User>(keyAt(step)))?.data);
      },
    },
    ratio: "time",
    goal: 1.05,
    // Short turns, many of them: a reply takes longer or shorter with what the machine does beside.
    count: 250,
    rounds: 301,
  };
}

const WRITES = 100;
const WRITE_ROUNDS = 301;
/** Enough leases for every measurement, warm-up included: a fenced write takes place once. */
const LEASES = WRITES * (WRITE_ROUNDS + 10);

/** One write at a time, onto keys that were leased; each side has its own. */
export async function redisFencedWrites(backend: Backend): Promise<Comparison> {
  const value = cacheValue(user(1), { ttl: TTL });
  const plain = await leased(backend, "plain");
  const fenced = await leased(backend, "fenced");
  return {
    name: "Redis, one write at a time",
    baseline: {
      name: "set",
      async run(count) {
        for (let step = 0; step < count; step++) await backend.set(next(plain).key, value);
      },
    },
    subject: {
      name: "setFenced",
      async run(count) {
        for (let step = 0; step < count; step++) {
          const { key, fence } = next(fenced);
          if (!(await backend.setFenced(key, value, fence))) throw new Error("a fence did not hold");
        }
      },
    },
    ratio: "time",
    goal: 1.3,
    count: WRITES,
    rounds: WRITE_ROUNDS,
  };
}

interface LeasedKey {
  readonly key: string;
  readonly fence: string;
}

async function leased(backend: Backend, name: string): Promise<LeasedKey[]> {
  const keys: LeasedKey[] = [];
  while (keys.length < LEASES) {
    const start = keys.length;
    const asked = Array.from({ length: 1_000 }, async (_, index) => {
      const key = `${name}:${start + index}`;
      return { key, fence: (await backend.lease(key, 60_000)).fence };
    });
    keys.push(...(await Promise.all(asked)));
  }
  return keys;
}

function next(keys: LeasedKey[]): LeasedKey {
  const key = keys.pop();
  if (key === undefined) throw new Error("all leases are used up");
  return key;
}

/** The same entries, by a backend that hears what others change. */
export async function trackedRedis(client: Redis): Promise<Backend> {
  const backend = cacheBackend(redis({ client, prefix: PREFIX, coherence: "tracking" }));
  await new Promise<void>((restored) => {
    backend.watch({ changed: () => {}, lost: () => {}, restored });
  });
  return backend;
}

/** What tracking costs one read at a time: nothing. */
export function redisTracked(backend: Backend, tracked: Backend): Comparison {
  const reads = (from: Backend) => async (count: number) => {
    for (let step = 0; step < count; step++) check((await from.get<User>(keyAt(step)))?.data);
  };
  return {
    name: "Redis, one read at a time, tracked",
    baseline: { name: "typed get", run: reads(backend) },
    subject: { name: "typed get with tracking", run: reads(tracked) },
    ratio: "time",
    goal: 1.05,
    count: 250,
    rounds: 301,
  };
}

/** 1,000 reads begun together. */
export function redisConcurrent(client: Redis, backend: Backend): Comparison {
  return {
    name: "Redis, 1,000 concurrent reads",
    baseline: {
      name: "ioredis getBuffer + decode",
      run: (count) =>
        inThousands(count, async (keys) => {
          for (const value of await Promise.all(keys.map((key) => byHand(client, key)))) check(value);
        }),
    },
    subject: typedTogether(backend),
    ratio: "throughput",
    goal: 2,
    count: 5_000,
    rounds: 41,
  };
}

/** The same reads, against a program that collects its keys itself. */
export function redisBatched(client: Redis, backend: Backend): Comparison {
  return {
    name: "Redis, 1,000 concurrent reads, against one MGET",
    baseline: {
      name: "ioredis mgetBuffer + decode",
      run: (count) =>
        inThousands(count, async (keys) => {
          for (const value of await manyByHand(client, keys)) check(value);
        }),
    },
    subject: typedTogether(backend),
    ratio: "throughput",
    goal: 0.8,
    count: 5_000,
    rounds: 101,
  };
}

function typedTogether(backend: Backend): Comparison["subject"] {
  return {
    name: "typed get",
    run: (count) =>
      inThousands(count, async (keys) => {
        const values = await Promise.all(keys.map((key) => backend.get<User>(key)));
        for (const value of values) check(value?.data);
      }),
  };
}

async function inThousands(count: number, run: (keys: readonly string[]) => Promise<void>): Promise<void> {
  for (let done = 0; done < count; done += 1_000) {
    await run(Array.from({ length: 1_000 }, (_, index) => keyAt(done + index)));
  }
}

function check(value: User | undefined): void {
  if (value?.roles.length !== 2) throw new Error("a read came back wrong");
}
