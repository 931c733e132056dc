import { compose } from "@hitbox/composition";
import { type CacheBackend, cacheBackend, cacheValue, type Format, json } from "@hitbox/core";
import { memory } from "@hitbox/memory";
import type { Comparison } from "../compare.ts";
import { TTL, user } from "../workload.ts";

const USER = user(1);

/** A set to two tiers of one format, against a set to each: it serializes once, which is counted, not timed. */
export function oneSerialization(): Comparison {
  let serialized = 0;
  const format: Format = {
    ...json(),
    serialize(value) {
      serialized++;
      return json().serialize(value);
    },
  };
  const tiers = ["near", "far"].map((label) =>
    cacheBackend(memory({ maxEntries: 1_000, format, label })),
  ) as [CacheBackend, CacheBackend];
  const backend = compose(...tiers);
  const set = (to: CacheBackend, count: number): void => {
    for (let step = 0; step < count; step++) void to.set(`key ${step % 500}`, cacheValue(USER, { ttl: TTL }));
  };
  set(backend, 1);
  if (serialized !== 1) throw new Error(`a set to two tiers of one format serialized ${serialized} times`);
  return {
    name: `set to two tiers of one format: ${serialized} serialization`,
    baseline: {
      name: "typed set to each",
      run(count) {
        for (const tier of tiers) set(tier, count);
      },
    },
    subject: { name: "composed set", run: (count) => set(backend, count) },
    ratio: "time",
    goal: undefined,
    count: 10_000,
    rounds: 31,
  };
}
