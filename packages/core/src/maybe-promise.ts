/** A value now, or a promise of it. Backends without I/O answer now; nobody then pays for a promise. */
export type MaybePromise<T> = T | Promise<T>;

export function isPromise<T>(value: MaybePromise<T>): value is Promise<T> {
  return typeof (value as { then?: unknown } | undefined | null)?.then === "function";
}

/** `value.then(next)` that stays synchronous when `value` is already here. */
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

/** `Promise.all` that stays synchronous when every value is already here. */
export function all<T>(values: readonly MaybePromise<T>[]): MaybePromise<T[]> {
  return values.some((value) => isPromise(value)) ? Promise.all(values) : (values as T[]);
}

/**
 * `all` of what `run` makes of each item. Where a later item throws at once, what was begun for the earlier ones goes
 * on unheard: a rejection there is nobody's.
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
