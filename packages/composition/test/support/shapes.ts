import { compose } from "@hitbox/composition";
import type { AnyBackend, cacheValue } from "@hitbox/core";
import { held, put, type Tier, type TierOptions, tier } from "./tier.ts";

type Operation = "read" | "write" | "remove";
type Data = Parameters<typeof cacheValue>[1];

/** A tier of a composition under test: one store, or a composition of stores that act as one. */
export interface Shape {
  readonly backend: AnyBackend;
  readonly stores: readonly Tier[];
  put(key: string, data: unknown, options?: Data): void;
  fail(operation: Operation): void;
  /** What the tier would answer with. */
  held(key: string): unknown;
}

export type ShapeName = "leaf" | "nested";

export function shape(name: ShapeName, label: string, options: TierOptions): Shape {
  return name === "leaf" ? leaf(label, options) : nested(label, options);
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
