import { compose, tier as shorterLived } from "@hitbox/composition";
import type { AnyBackend, CacheValueOptions } from "@hitbox/core";
import { circuitBreaker, deadline, prefixed, retry } from "@hitbox/wrappers";
import { held, put, type Tier, type TierOptions, tier } from "./tier.ts";

type Operation = "read" | "write" | "remove";
type Data = CacheValueOptions;

/** A tier of a composition under test: one store, or a composition of stores that act as one. */
export interface Shape {
  readonly backend: AnyBackend;
  readonly stores: readonly Tier[];
  /** What the stores call a key. */
  at(key: string): string;
  put(key: string, data: unknown, options?: Data): void;
  fail(operation: Operation): void;
  /** What the tier would answer with. */
  held(key: string): unknown;
}

export type ShapeName = "leaf" | "nested" | "wrapped";

export const SHAPES: readonly ShapeName[] = ["leaf", "nested", "wrapped"];

export function shape(name: ShapeName, label: string, options: TierOptions): Shape {
  if (name === "nested") return nested(label, options);
  return name === "leaf" ? leaf(label, options, "") : wrapped(label, options);
}

const PREFIX = "tenant:";

/** In every wrapper, in the order in which they are to be used. */
function wrapped(label: string, options: TierOptions): Shape {
  const made = leaf(label, options, PREFIX);
  const breaker = circuitBreaker(deadline(made.stores[0] as Tier, { after: 10_000 }), { threshold: 1_000 });
  const stubborn = retry(breaker, { attempts: 2, backoff: { initial: 1, max: 1 } });
  return { ...made, backend: shorterLived(prefixed(stubborn, PREFIX), { maxTtl: 1e12 }) };
}

function leaf(label: string, options: TierOptions, prefix: string): Shape {
  const store = tier(label, options);
  const at = (key: string): string => prefix + key;
  return {
    backend: store,
    stores: [store],
    at,
    put: (key, data, times) => put(store, at(key), data, times),
    fail: (operation) => void store.failing.add(operation),
    held: (key) => held(store, at(key)),
  };
}

/** Two stores under a label of their own. A value is in the second, so that the first has to be passed. */
function nested(label: string, options: TierOptions): Shape {
  const stores = [tier("near", options), tier("far", options)] as const;
  const fail = (operation: Operation): void => {
    for (const store of stores) store.failing.add(operation);
  };
  return {
    backend: compose(...stores, { label, write: "sequential" }),
    stores,
    at: (key) => key,
    put: (key, data, times) => put(stores[1], key, data, times),
    fail,
    held: (key) => held(stores[0], key) ?? held(stores[1], key),
  };
}
