/** Changes an error's message, in its stack, too: runners print either. */
export function retell(error: unknown, change: (message: string) => string): void {
  if (!(error instanceof Error)) return;
  const { message, stack = "" } = error;
  const told = change(message);
  try {
    error.message = told;
    error.stack = stack.replace(message, () => told);
  } catch {
    // Frozen by its maker.
  }
}

/** Runs one part of a case. If it fails, its name is put before the message. */
export async function within<T>(part: string, run: () => T | PromiseLike<T>): Promise<T> {
  try {
    return await run();
  } catch (error) {
    retell(error, (message) => `${part}: ${message}`);
    throw error;
  }
}
