import { allOf, chain, type MaybePromise } from "@hitbox/core";
import { settle } from "../settle.ts";

/** Runs a tier's operation for each item, whichever of them fails; fails with the first failure when all have ended. */
export function attemptAll<Item, R>(
  items: readonly Item[],
  run: (item: Item) => MaybePromise<R>,
): MaybePromise<R[]> {
  const ended = allOf(items, (item) => settle(() => run(item)));
  return chain(ended, (each) =>
    each.map((settled) => {
      if (settled.ok) return settled.value;
      throw settled.error;
    }),
  );
}
