import { compose } from "@hitbox/composition";
import { type CacheBackend, cacheBackend, cacheValue } from "@hitbox/core";
import { memory } from "@hitbox/memory";
import { redis } from "@hitbox/redis";
import type { Redis } from "ioredis";
import type { Comparison } from "../compare.ts";
import { TTL, type User, user } from "../workload.ts";

const KEYS = Array.from({ length: 100 }, (_, id) => `user:v3:id=${id}`);
/** So many of them are in L1. */
const NEAR = 90;

/**
 * 100 keys of which L1 has 90, against the other 10 alone from Redis: one round trip each. The round trips are counted
 * by the server, and are not a matter of time.
 */
export async function mostlyNear(client: Redis): Promise<Comparison> {
  const near = cacheBackend(memory({ maxEntries: 1_000 }));
  const far = cacheBackend(redis({ client, prefix: "bench-batch" }));
  const entries = KEYS.map((key, id) => [key, cacheValue(user(id), { ttl: TTL })] as const);
  await near.setMany(entries.slice(0, NEAR));
  await far.setMany(entries);
  // Without refill, so that every call finds what the first one found.
  const backend = compose(near, far, { refill: "never" });
  const trips = await commandsOf(client, () => backend.getMany(KEYS));
  if (trips !== 1) throw new Error(`a getMany of which L1 has ${NEAR} took ${trips} commands`);
  const read = async (from: CacheBackend, keys: readonly string[], count: number): Promise<void> => {
    for (let step = 0; step < count; step++) {
      const values = await from.getMany<User>(keys);
      if (values.some((value) => value?.data.roles.length !== 2)) throw new Error("a read came back wrong");
    }
  };
  return {
    name: `getMany of ${KEYS.length} keys, ${NEAR} of them in L1: ${trips} L2 round trip`,
    baseline: {
      name: `typed getMany of ${KEYS.length - NEAR} from Redis`,
      run: (count) => read(far, KEYS.slice(NEAR), count),
    },
    subject: { name: `composed getMany of ${KEYS.length}`, run: (count) => read(backend, KEYS, count) },
    ratio: "time",
    goal: undefined,
    count: 250,
    rounds: 61,
  };
}

/** How many commands the server counts while `run` runs. */
async function commandsOf(client: Redis, run: () => unknown): Promise<number> {
  const count = async (): Promise<number> =>
    Number(/total_commands_processed:(\d+)/.exec(await client.info("stats"))?.[1]);
  const before = await count();
  await run();
  // The INFO that asks counts itself the next time.
  return (await count()) - before - 1;
}
