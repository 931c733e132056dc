import type { BackendSupports } from "@hitbox/core";

/**
 * The abilities of a composition of two tiers. It takes batches as its tiers do, through its typed
 * operations.
 */
export function composedSupports(l1: BackendSupports, l2: BackendSupports): BackendSupports {
  return Object.freeze<BackendSupports>({
    expiry: l1.expiry === "native" && l2.expiry === "native" ? "native" : "lazy",
    shared: l1.shared && l2.shared,
    persistent: l1.persistent || l2.persistent,
    readMany: false,
    writeMany: false,
    removeMany: false,
    maxKeyBytes: least(l1.maxKeyBytes, l2.maxKeyBytes),
    maxValueBytes: least(l1.maxValueBytes, l2.maxValueBytes),
    clear: l1.clear && l2.clear,
    lease: l2.lease,
    watch: l2.watch,
    keys: l2.keys,
  });
}

function least(a: number | undefined, b: number | undefined): number | undefined {
  if (a === undefined || b === undefined) return a ?? b;
  return Math.min(a, b);
}
