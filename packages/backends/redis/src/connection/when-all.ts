/** The results, once all have settled. Rejects with the first error, when nothing is under way any more. */
export async function whenAll<R>(operations: readonly Promise<R>[]): Promise<R[]> {
  await Promise.allSettled(operations);
  return Promise.all(operations);
}
