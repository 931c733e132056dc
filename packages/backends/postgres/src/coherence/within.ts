import { BackendError } from "@hitbox/core";

/** `promise`, or a failure after `ms` milliseconds. Keeps nothing alive. */
export async function within<T>(ms: number, promise: PromiseLike<T>, silence: string): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    const fail = (): void => reject(new BackendError("timeout", silence));
    // After a turn of the event loop: if the loop was blocked, the answer is there and has to be read.
    timer = setTimeout(() => setImmediate(fail), ms).unref();
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}
