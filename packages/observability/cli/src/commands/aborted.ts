/** Longest time of a timer of Node, in milliseconds. */
const LONGEST = 2 ** 31 - 1;

/** Resolves when a command is to end. Keeps the process alive until then: a store's connection need not. */
export function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const alive = setInterval(() => {}, LONGEST);
    const end = (): void => {
      clearInterval(alive);
      resolve();
    };
    if (signal.aborted) end();
    else signal.addEventListener("abort", end, { once: true });
  });
}
