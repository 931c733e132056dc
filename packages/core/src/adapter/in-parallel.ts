/** Most single calls of a batch that are under way, if the store does not say. */
export const AT_ONCE = 16;

/**
 * Calls `work` with each item, at most `atOnce` at a time, and answers in the order of the items. After a
 * failure no further call is begun; it rejects with the first one when those under way have ended.
 *
 * @example
 * const lengths = await inParallel(["a", "bb"], 16, async (key) => key.length);
 */
export async function inParallel<Item, R>(
  items: readonly Item[],
  atOnce: number,
  work: (item: Item) => R | PromiseLike<R>,
): Promise<R[]> {
  const answers: R[] = new Array(items.length);
  let next = 0;
  let failed = false;
  const lane = async (): Promise<void> => {
    while (next < items.length && !failed) {
      const at = next++;
      try {
        answers[at] = await work(items[at] as Item);
      } catch (error) {
        failed = true;
        throw error;
      }
    }
  };
  const ends = await Promise.allSettled(Array.from({ length: Math.min(atOnce, items.length) }, lane));
  const failure = ends.find((end) => end.status === "rejected");
  if (failure) throw failure.reason;
  return answers;
}

/** `items` in slices of at most `max`. */
export function slices<Item>(items: readonly Item[], max: number): Item[][] {
  const count = Math.ceil(items.length / max);
  return Array.from({ length: count }, (_, at) => items.slice(at * max, (at + 1) * max));
}

/** `items` in slices of at most `max`, and of at most `maxBytes` unless one item has more. */
export function slicesWithin<Item>(
  items: readonly Item[],
  max: number,
  maxBytes: number,
  sizeOf: (item: Item) => number,
): Item[][] {
  const parts: Item[][] = [];
  let room = 0;
  for (const item of items) {
    const size = sizeOf(item);
    const last = parts.at(-1);
    if (last !== undefined && last.length < max && size <= room) last.push(item);
    else {
      parts.push([item]);
      room = maxBytes;
    }
    room -= size;
  }
  return parts;
}
