import { setTimeout as wait } from "node:timers/promises";
import { BackendError, type CacheContext, cacheContext, isPromise, type MaybePromise } from "@hitbox/core";

/** One call, as its caller saw it the moment it was answered. */
export interface Call {
  readonly ms: number;
  /** Source of a read, or the tiers that had taken a write, joined by "+"; `error` where the call failed. */
  readonly answeredBy: string;
  /** Tiers that had failed by then, as in `redis timeout`. */
  readonly failures: readonly string[];
}

const FASTEST_FIRST = ["memory", "lmdb", "redis"];

type Run<Item, T> = (item: Item, context: CacheContext) => MaybePromise<T>;

/** One call after the other. */
export async function inTurn<Item, T>(
  items: readonly Item[],
  run: Run<Item, T>,
  use: (item: Item, result: T) => void,
): Promise<Call[]> {
  const calls: Call[] = [];
  for (const item of items) calls.push(await call(item, run, use));
  return calls;
}

/** A call every millisecond, whether the earlier ones have been answered or not, as users come to a server. */
export async function asTheyCome<Item, T>(
  items: readonly Item[],
  run: Run<Item, T>,
  use: (item: Item, result: T) => void,
): Promise<Call[]> {
  const calls: Promise<Call>[] = [];
  for (const item of items) {
    calls.push(call(item, run, use));
    await wait(1);
  }
  return Promise.all(calls);
}

async function call<Item, T>(
  item: Item,
  run: Run<Item, T>,
  use: (item: Item, result: T) => void,
): Promise<Call> {
  const context = cacheContext();
  const start = performance.now();
  try {
    const running = run(item, context);
    // An answer that is there at once is not made to wait for the next turn.
    const result = isPromise(running) ? await running : running;
    const ms = performance.now() - start;
    use(item, result);
    return { ms, answeredBy: answeredBy(context), failures: failures(context) };
  } catch (error) {
    if (!BackendError.is(error)) throw error;
    return { ms: performance.now() - start, answeredBy: "error", failures: failures(context) };
  }
}

function answeredBy({ source, tiers }: CacheContext): string {
  const isRead = source !== "upstream" || tiers.some(({ operation }) => operation === "read");
  if (isRead) return shortName(source);
  const done = new Set(tiers.flatMap(({ tier, status }) => (status === "ok" ? shortName(tier) : [])));
  return FASTEST_FIRST.filter((name) => done.has(name)).join("+");
}

function failures({ tiers }: CacheContext): string[] {
  return tiers.flatMap(({ tier, error }) =>
    BackendError.is(error) ? `${shortName(tier)} ${error.code}` : [],
  );
}

/** `redis` of `memory>lmdb>redis.redis`. */
function shortName(path: string): string {
  return path.slice(path.lastIndexOf(".") + 1);
}
