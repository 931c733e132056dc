import { cacheBackend, cacheValue, decodeEnvelope, json } from "@hitbox/core";
import { redis } from "@hitbox/redis";
import { createClient, RESP_TYPES, type RedisClientType } from "@redis/client";
import type { Comparison } from "../compare.ts";
import { keysOf, TTL, type User, user } from "../workload.ts";

const ENTRIES = 2_000;
const PREFIX = "bench";
const keyAt = keysOf(ENTRIES);
const format = json();

type None = Record<never, never>;
export type Client = RedisClientType<None, None, None, 3, None>;
type Backend = ReturnType<typeof cacheBackend>;
type Read = (key: string) => Promise<User | undefined>;

export async function connected(url: string): Promise<Client> {
  const client = createClient({ url });
  client.on("error", () => {});
  await client.connect();
  return client;
}

export async function filled(client: Client): Promise<Backend> {
  const backend = cacheBackend(redis({ client, prefix: PREFIX }));
  const ids = Array.from({ length: ENTRIES }, (_, id) => id);
  await backend.setMany(ids.map((id) => [`user:v3:id=${id}`, cacheValue(user(id), { ttl: TTL })] as const));
  return backend;
}

/** One read at a time, and 1,000 that begin together, against the same by hand. */
export function nodeRedisReads(client: Client, backend: Backend, many: "alone" | "together"): Comparison {
  const bytes = client.withTypeMapping({ [RESP_TYPES.BLOB_STRING]: Buffer });
  const byHand: Read = async (key) => {
    const stored = await bytes.get(`${PREFIX}::${key}`);
    return stored ? (format.deserialize(decodeEnvelope(stored).payload) as User) : undefined;
  };
  const typed: Read = async (key) => (await backend.get<User>(key))?.data;
  const run = many === "alone" ? alone : together;
  return {
    name: many === "alone" ? "node-redis, one read at a time" : "node-redis, 1,000 concurrent reads",
    baseline: { name: "node-redis get + decode", run: run(byHand) },
    subject: { name: "typed get", run: run(typed) },
    ...(many === "alone"
      ? { ratio: "time", goal: 1.05, count: 250, rounds: 301 }
      : { ratio: "throughput", goal: 2, count: 5_000, rounds: 41 }),
  };
}

function alone(read: Read): (count: number) => Promise<void> {
  return async (count) => {
    for (let step = 0; step < count; step++) check(await read(keyAt(step)));
  };
}

function together(read: Read): (count: number) => Promise<void> {
  return async (count) => {
    for (let done = 0; done < count; done += 1_000) {
      const keys = Array.from({ length: 1_000 }, (_, index) => keyAt(done + index));
      for (const value of await Promise.all(keys.map(read))) check(value);
    }
  };
}

function check(value: User | undefined): void {
  if (value === undefined) throw new Error("a miss");
}
