/**
 * The last of some writes that were queued one after the other, once all of them are visible to readers.
 *
 * lmdb rejects every write of a failed transaction with the same sentence, and has the reason in a promise beside
 * it, which must not go unhandled.
 */
export async function committed<T>(first: Promise<unknown> | undefined, last: Promise<T>): Promise<T> {
  try {
    if (first !== undefined && first !== (last as Promise<unknown>)) await Promise.all([first, last]);
    return await last;
  } catch (error) {
    await (error as { commitError?: Promise<never> }).commitError;
    throw error;
  }
}
