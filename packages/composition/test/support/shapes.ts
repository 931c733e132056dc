import { compose } from "@hitbox/composition";
import type { AnyBackend, Backend, CacheValueOptions } from "@hitbox/core";
import { circuitBreaker, deadline } from "@hitbox/wrappers";
import { held, put, type Tier, type TierOptions, tier } from "./tier.ts";

type Operation = "read" | "write" | "remove";
type Data = CacheValueOptions;

/** A tier of a composition under test: one store, or a composition of stores that act as one. */
export interface Shape {
  readonly backend: AnyBackend;
  readonly stores: readonly Tier[];
  put(key: string, data: unknown, options?: Data): void;
  fail(operation: Operation): void;
  /** What the tier would answer with. */
  held(key: string): unknown;
}

export type ShapeName = "leaf" | "nested" | "wrapped";

export const SHAPES: readonly ShapeName[] = ["leaf", "nested", "wrapped"];

export function shape(name: ShapeName, label: string, options: TierOptions): Shape {
  if (name === "nested") return nested(label, options);
  const made = leaf(label, options);
  return name === "leaf" ? made : { ...made, backend: wrapped(made.stores[0] as Tier) };
}

function wrapped(store: Tier): Backend<unknown> {
  return deadline(circuitBreaker(store, { threshold: 1_000 }), { after: 10_000 });
}

function leaf(label: string, options: TierOptions): Shape {
  const store = tier(label, options);
  return {
    backend: store,
    stores: [store],
    put: (key, data, times) => put(store, key, data, times),
    fail: (operation) => void store.failing.add(operation),
    held: (key) => held(store, key),
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
    put: (key, data, times) => put(stores[1], key, data, times),
    fail,
    held: (key) => held(stores[0], key) ?? held(stores[1], key),
  };
}
