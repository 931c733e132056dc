/** Calls `work` with each item, at most `lanes` at a time, and answers in the order of the items. */
export async function inLanes<Item, R>(
  lanes: number,
  items: readonly Item[],
  work: (item: Item) => Promise<R>,
): Promise<R[]> {
  const answers: R[] = new Array(items.length);
  const waiting = items.entries();
  let hasFailed = false;
  const lane = async (): Promise<void> => {
    for (const [at, item] of waiting) {
      if (hasFailed) return;
      try {
        answers[at] = await work(item);
      } catch (error) {
        hasFailed = true;
        throw error;
      }
    }
  };
  // One after a failure waits for the others: none of them is left under way.
  const ends = await Promise.allSettled(Array.from({ length: Math.min(lanes, items.length) }, lane));
  const failure = ends.find((end) => end.status === "rejected");
  if (failure) throw failure.reason;
  return answers;
}
