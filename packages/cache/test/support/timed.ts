import { vi } from "vitest";

/** How long it takes until `work` is done, by the fake clock. */
export async function timed<T>(
  work: Promise<T>,
  most = 60_000,
): Promise<{ readonly ms: number; readonly result: T }> {
  const start = Date.now();
  let isOver = false;
  const end = (): void => {
    isOver = true;
  };
  work.then(end, end);
  while (!isOver && Date.now() - start < most) {
    await new Promise((resolve) => setImmediate(resolve));
    await new Promise((resolve) => setImmediate(resolve));
    if (!isOver) await vi.advanceTimersByTimeAsync(10);
  }
  return { ms: Date.now() - start, result: await work };
}
