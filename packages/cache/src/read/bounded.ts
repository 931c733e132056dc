import type { Waits } from "../close/waits.ts";
import { LONGEST_TIMER_MS, timeoutError } from "../policy/timeout.ts";

/** The answer of a read, or a `TimeoutError` after `ms`. A close that cannot wait for it has it rejected. */
export function bounded<T>(waits: Waits, key: string, ms: number, read: Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const abort = (reason: unknown): void => {
      end();
      reject(reason);
    };
    const timer = ms > LONGEST_TIMER_MS ? undefined : setTimeout(() => abort(timeoutError(key, ms)), ms);
    const wait = { abort };
    const end = (): void => {
      clearTimeout(timer);
      waits.delete(wait);
    };
    waits.add(wait);
    read.then((value) => {
      end();
      resolve(value);
    }, abort);
  });
}
