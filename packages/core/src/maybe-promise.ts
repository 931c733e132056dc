/** A value now, or a promise of it. Backends without I/O answer now, which costs no promise. */
export type MaybePromise<T> = T | Promise<T>;

export function isPromise<T>(value: MaybePromise<T>): value is Promise<T> {
  return typeof (value as { then?: unknown } | undefined | null)?.then === "function";
}

/** `value.then(next)` that stays synchronous if `value` is already here. */
export function chain<T, R>(value: MaybePromise<T>, next: (value: T) => MaybePromise<R>): MaybePromise<R> {
  return isPromise(value) ? value.then(next) : next(value);
}

/** `try { attempt() } catch` over both a throw and a rejection. */
export function recover<T, R>(
  attempt: () => MaybePromise<T>,
  rescue: (error: unknown) => MaybePromise<R>,
): MaybePromise<T | R> {
  try {
    const value = attempt();
    return isPromise(value) ? value.then(undefined, rescue) : value;
  } catch (error) {
    return rescue(error);
  }
}

/** `Promise.all` that stays synchronous if every value is already here. */
export function all<T>(values: readonly MaybePromise<T>[]): MaybePromise<T[]> {
  return values.some((value) => isPromise(value)) ? Promise.all(values) : (values as T[]);
}

/**
 * Runs `run` for each item, and answers with all results. If it throws for one item, the promises of earlier
 * items are left to themselves: they go on, and a rejection of theirs is ignored.
 */
export function allOf<Item, R>(
  items: readonly Item[],
  run: (item: Item) => MaybePromise<R>,
): MaybePromise<R[]> {
  const begun: MaybePromise<R>[] = [];
  try {
    for (const item of items) begun.push(run(item));
  } catch (error) {
    for (const one of begun) if (isPromise(one)) one.catch(() => {});
    throw error;
  }
  return all(begun);
}
