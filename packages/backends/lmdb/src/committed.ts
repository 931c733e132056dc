/**
 * The answer of the last of some writes that were queued in one go, once all of them are visible to readers.
 *
 * lmdb rejects every write of a failed commit with the same sentence, and has the reason in a further promise,
 * which must not go unhandled.
 */
export async function committed<T>(last: Promise<T>, ...others: readonly Promise<unknown>[]): Promise<T> {
  try {
    if (others.some((other) => other !== last)) await Promise.all([last, ...others]);
    return await last;
  } catch (error) {
    await (error as { commitError?: Promise<never> }).commitError;
    throw error;
  }
}
