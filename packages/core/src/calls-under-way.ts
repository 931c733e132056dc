/** Calls that a client has not answered yet. */
export interface CallsUnderWay {
  add<T>(call: Promise<T>): Promise<T>;
  /** Waits for all of them, for a second at most, so that the client's owner can disconnect it. */
  end(): Promise<void>;
}

const MOST_MS = 1_000;

/**
 * Counts the calls of a client that its owner disconnects after the backend's close. For an adapter over such
 * a client: its `close` is `end`.
 *
 * @example
 * const calls = callsUnderWay();
 * await calls.add(Promise.resolve("answer"));
 * await calls.end();
 */
export function callsUnderWay(): CallsUnderWay {
  const calls = new Set<Promise<unknown>>();
  return {
    add(call) {
      const forget = (): boolean => calls.delete(call);
      calls.add(call);
      call.then(forget, forget);
      return call;
    },
    async end() {
      let timer: NodeJS.Timeout | undefined;
      const late = new Promise((resolve) => {
        timer = setTimeout(resolve, MOST_MS);
      });
      await Promise.race([Promise.allSettled(calls), late]);
      clearTimeout(timer);
    },
  };
}
