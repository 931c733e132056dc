/** Calls that a Keyv has not answered yet. */
export interface UnderWay {
  add<T>(call: Promise<T>): Promise<T>;
  /** Waits for all of them, for a second at most, so that their owner can disconnect the Keyv. */
  end(): Promise<void>;
}

const MOST_MS = 1_000;

export function underWay(): UnderWay {
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
