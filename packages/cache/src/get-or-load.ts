import type { MaybePromise } from "@hitbox/core";
import { Call, type Found } from "./call.ts";
import { publish, type StaleMessage } from "./channels.ts";
import type { Core } from "./core.ts";
import { load } from "./loading.ts";
import type { Loader } from "./options.ts";
import type { Policy } from "./policy.ts";
import { freshUntil, isDue, isUsable, type Reader } from "./reader.ts";

/** One `getOrSet`. */
export interface Request<T> {
  readonly core: Core;
  readonly reader: Reader<T>;
  readonly marks: readonly string[];
  readonly key: string;
  readonly policy: Policy;
  readonly loader: Loader<T>;
  readonly signal: AbortSignal | undefined;
  /** Called when the load has to wait for another process. */
  readonly waits: (() => void) | undefined;
}

/** The answer to a request: of the call that is under way for the key, or of a new one, which begins with `find`. */
export function getOrLoad<T>(
  request: Request<T>,
  find: () => MaybePromise<Found<T> | undefined>,
): Promise<T | undefined> {
  const { core, key, policy, signal } = request;
  if (signal?.aborted) return Promise.reject(signal.reason);
  const known = core.calls.get(key) as Call<T> | undefined;
  if (known?.stale && isUsable(known.stale.entry, core.now(), policy))
    return stale(request, known.stale, "revalidate");
  const call = known ?? begin(request, undefined, (fresh) => answer(request, fresh, find));
  const waiting = call.wait(signal);
  return policy.softTimeout > LONGEST_TIMER_MS ? waiting : unlessSlow(request, call, waiting);
}

/** What a timer can wait for; a longer timeout is none. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

/** A call that new callers for the key join until it has ended. */
export function begin<T>(
  { core, key, policy }: Pick<Request<T>, "core" | "key" | "policy">,
  current: Found<T> | undefined,
  run: (call: Call<T>) => Promise<T | undefined>,
): Call<T> {
  const call = new Call<T>(key);
  call.stale = current;
  call.tags = policy.tags;
  core.calls.set(key, call as Call<unknown>);
  const end = (): void => {
    if (core.calls.get(key) === call) core.calls.delete(key);
  };
  call.controller.signal.addEventListener("abort", end);
  call.answer = run(call);
  call.answer.then(end, end);
  return call;
}

async function answer<T>(
  request: Request<T>,
  call: Call<T>,
  find: () => MaybePromise<Found<T> | undefined>,
): Promise<T | undefined> {
  const { core, key, policy } = request;
  let found: Found<T> | undefined;
  let isAway = false;
  try {
    found = await find();
  } catch (error) {
    if (policy.onBackendError === "throw") throw error;
    core.report("get", key, error);
    isAway = true;
  }
  if (found && isUsable(found.entry, core.now(), policy)) return usable(request, found);
  call.stale = found;
  try {
    return await load({ ...request, call, kind: "asked", isAway });
  } catch (error) {
    if (found && core.now() < freshUntil(found.entry) + policy.staleIfError)
      return stale(request, found, "error", error);
    throw error;
  }
}

function usable<T>(request: Request<T>, found: Found<T>): Promise<T | undefined> | T | undefined {
  const { core, policy } = request;
  const now = core.now();
  const isStale = now >= freshUntil(found.entry);
  if (isStale || isDue(found.entry, now, policy.refreshAhead)) refresh(request, found);
  return isStale ? stale(request, found, "revalidate") : found.data;
}

/** Loads in the background what callers are answered with meanwhile. */
function refresh<T>(request: Request<T>, found: Found<T>): void {
  const call = begin(request, found, (fresh) =>
    load({ ...request, call: fresh, kind: "background", isAway: false }),
  );
  request.core.background("refresh", request.key, () => call.answer);
}

function stale<T>(
  { core, key }: Request<T>,
  found: Found<T>,
  why: StaleMessage["why"],
  error?: unknown,
): Promise<T | undefined> {
  publish("stale", () => ({ cache: core.backend.label, key, why, error }));
  return Promise.resolve(found.data);
}

/** The answer, or after the soft timeout the stale value, where there is one. The load goes on. */
function unlessSlow<T>(
  request: Request<T>,
  call: Call<T>,
  waiting: Promise<T | undefined>,
): Promise<T | undefined> {
  return new Promise((resolve, reject) => {
    const expire = (): void => {
      if (call.stale) resolve(stale(request, call.stale, "timeout"));
    };
    const timer = setTimeout(expire, request.policy.softTimeout);
    const end = (): void => clearTimeout(timer);
    waiting.then(resolve, reject).then(end);
  });
}
