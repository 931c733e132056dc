import { cacheBackend, cacheValue, decodeEnvelope, json } from "@hitbox/core";
import { memcached } from "@hitbox/memcached";
import { Client } from "memjs";
import type { Comparison } from "../compare.ts";
import { keysOf, TTL, type User, user } from "../workload.ts";

const ENTRIES = 2_000;
const PREFIX = "bench";
const TOGETHER = 100;
const keyAt = keysOf(ENTRIES);
const format = json();

type Backend = ReturnType<typeof cacheBackend>;
type Read = (key: string) => Promise<User | undefined>;

export function clientOf(address: string): Client {
  return Client.create(address);
}

export async function filledMemcached(address: string): Promise<Backend> {
  const backend = cacheBackend(memcached({ servers: [address], prefix: PREFIX }));
  const ids = Array.from({ length: ENTRIES }, (_, id) => id);
  await backend.setMany(ids.map((id) => [`user:v3:id=${id}`, cacheValue(user(id), { ttl: TTL })] as const));
  return backend;
}

/**
 * One read at a time, and 100 that begin together, against the same by hand. memjs, too, sends what begins
 * together in one write, so there is no round trip to be saved, only work in the process.
 */
export function memcachedReads(client: Client, backend: Backend, many: "alone" | "together"): Comparison {
  const byHand: Read = async (key) => {
    const { value } = await client.get(`${PREFIX}::${key}`);
    return value ? (format.deserialize(decodeEnvelope(value).payload) as User) : undefined;
  };
  const typed: Read = async (key) => (await backend.get<User>(key))?.data;
  const run = many === "alone" ? alone : together;
  return {
    name: many === "alone" ? "memcached, one read at a time" : `memcached, ${TOGETHER} concurrent reads`,
    baseline: { name: "memjs get + decode", run: run(byHand) },
    subject: { name: "typed get", run: run(typed) },
    ...(many === "alone"
      ? { ratio: "time", goal: 1.1, count: 250, rounds: 301 }
      : { ratio: "throughput", goal: 1.2, count: 2_000, rounds: 101 }),
  };
}

function alone(read: Read): (count: number) => Promise<void> {
  return async (count) => {
    for (let step = 0; step < count; step++) check(await read(keyAt(step)));
  };
}

function together(read: Read): (count: number) => Promise<void> {
  return async (count) => {
    for (let done = 0; done < count; done += TOGETHER) {
      const keys = Array.from({ length: TOGETHER }, (_, index) => keyAt(done + index));
      for (const value of await Promise.all(keys.map(read))) check(value);
    }
  };
}

function check(value: User | undefined): void {
  if (value?.roles.length !== 2) throw new Error("a read came back wrong");
}
