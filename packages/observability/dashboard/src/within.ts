/** Rejects with the error of `late` if `work` takes longer than `ms` milliseconds. */
export async function within<T>(ms: number, work: PromiseLike<T> | T, late: () => Error): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const over = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(late()), ms);
    timer.unref();
  });
  try {
    return await Promise.race([work, over]);
  } finally {
    clearTimeout(timer);
  }
}
