import type { Call } from "./call.ts";
import { type Duration, milliseconds } from "./duration.ts";
import type { LoadContext, Loader } from "./options.ts";
import { checkTagNames, type Policy } from "./policy.ts";

/** What the options and the loader have decided between them. */
export interface Choice {
  policy: Policy;
  tags: readonly string[];
  isSkipped: boolean;
}

/** Runs a loader until it answers, the call is aborted, or `hardTimeout` has passed. */
export async function runLoader<T>(
  call: Call<T>,
  policy: Policy,
  loader: Loader<T>,
): Promise<{ readonly data: T | undefined; readonly choice: Choice }> {
  const { signal } = call;
  signal.throwIfAborted();
  const choice: Choice = { policy, tags: policy.tags, isSkipped: false };
  const ended = new Promise<never>((_, reject) => {
    signal.addEventListener("abort", () => reject(signal.reason), { once: true });
  });
  // A loader that throws at once leaves nobody to hear of it.
  ended.catch(() => {});
  const timer = abortAfter(call, policy.hardTimeout);
  try {
    return { data: await Promise.race([loader(new Told(call, choice)), ended]), choice };
  } finally {
    clearTimeout(timer);
  }
}

/** What the loader is told, and what it may decide. */
class Told<T> implements LoadContext<T> {
  readonly signal: AbortSignal;
  readonly stale: T | undefined;
  readonly setTtl: (ttl: Duration) => void;
  readonly setTags: (tags: readonly string[]) => void;
  readonly skip: () => void;

  // Functions of its own, so that a loader may take them out of it.
  constructor(call: Call<T>, choice: Choice) {
    this.signal = call.signal;
    this.stale = call.stale?.data;
    this.setTtl = (ttl) => {
      choice.policy = { ...choice.policy, ttl: milliseconds("ttl", ttl) };
    };
    this.setTags = (tags) => {
      choice.tags = checkTagNames(tags);
      call.tags = choice.tags;
    };
    this.skip = () => {
      choice.isSkipped = true;
    };
  }
}

function abortAfter<T>(call: Call<T>, ms: number): NodeJS.Timeout | undefined {
  if (ms > LONGEST_TIMER_MS) return undefined;
  const expire = (): void => {
    call.abort(new DOMException(`the load of ${call.key} took more than ${ms} ms`, "TimeoutError"));
  };
  return setTimeout(expire, ms);
}

/** What a timer can wait for; a longer timeout is none. */
export const LONGEST_TIMER_MS: number = 2 ** 31 - 1;
