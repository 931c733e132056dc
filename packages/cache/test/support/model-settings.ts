import { compose } from "@hitbox/composition";
import { type AnyBackend, type Backend, cacheBackend } from "@hitbox/core";
import { memory } from "@hitbox/memory";
import type { Setting } from "./model-run.ts";

const alone = (store: Backend<unknown>, now: () => number): AnyBackend => cacheBackend(store, { now });
const tiered = (store: Backend<unknown>, now: () => number): AnyBackend =>
  compose(memory({ maxEntries: 10, now }), cacheBackend(store, { now }), { now });

type Named = readonly [name: string, setting: Setting];

/** The stacks of one process that runs of the model are played over. */
export const ONE_PROCESS: readonly Named[] = [
  ["one process", { caches: 1, leases: "no leases", stack: alone }],
  ["one process with leases", { caches: 1, leases: "leases", stack: alone }],
  ["one process over a memory tier", { caches: 1, leases: "no leases", stack: tiered }],
  ["one process with leases over a memory tier", { caches: 1, leases: "leases", stack: tiered }],
];

export const TWO_PROCESSES: Named = [
  "two processes with leases",
  { caches: 2, leases: "leases", stack: alone },
];
