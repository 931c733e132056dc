import { all, chain, type MaybePromise, recover } from "@hitbox/core";

type Outcome<R> = { readonly value: R } | { readonly error: unknown };

/**
 * Runs an operation for each item, whichever of them fails or is misused. Fails with the first failure once all have
 * ended, so that no rejection is left without a listener.
 */
export function attemptAll<Item, R>(
  items: readonly Item[],
  run: (item: Item) => MaybePromise<R>,
): MaybePromise<R[]> {
  const outcomes = items.map((item) => outcomeOf(() => run(item)));
  return chain(all(outcomes), (each) =>
    each.map((outcome) => {
      if ("value" in outcome) return outcome.value;
      throw outcome.error;
    }),
  );
}

function outcomeOf<R>(run: () => MaybePromise<R>): MaybePromise<Outcome<R>> {
  return recover<Outcome<R>, Outcome<R>>(
    () => chain(run(), (value) => ({ value })),
    (error) => ({ error }),
  );
}
