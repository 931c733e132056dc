import { type MaybePromise, recover } from "@hitbox/core";
import { Call, type Found } from "./call.ts";
import { publish, type StaleMessage } from "./channels.ts";
import type { Core } from "./core.ts";
import { isFrozenDeep } from "./data.ts";
import { load } from "./loading.ts";
import type { Loader } from "./options.ts";
import type { Policy } from "./policy.ts";
import { freshUntil, isDue, isWithin, type Reader } from "./reader.ts";
import { LONGEST_TIMER_MS } from "./run-loader.ts";
import { unlessAborted } from "./unless-aborted.ts";

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

type Find<T> = () => MaybePromise<Found<T> | undefined>;
type Answer<T> = Promise<T | undefined>;

/** The answer to a request: of the call that is under way for the key, or of a new one, which begins with `find`. */
export function getOrLoad<T>(request: Request<T>, find: Find<T>): Answer<T> {
  const { core, key, signal } = request;
  if (signal?.aborted) return Promise.reject(signal.reason);
  const call = core.calls.get(key) as Call<T> | undefined;
  if (call?.kind === "asked") return join(request, call);
  return call
    ? beside(request, find)
    : join(
        request,
        begin(request, undefined, (fresh) => answer(request, fresh, find)),
      );
}

/** The answer of what was found, where it is usable; with the refresh that is due then. */
export function answerWith<T>(request: Request<T>, found: Found<T>): T | undefined {
  const { core, key, policy } = request;
  const now = core.now();
  const isStale = now >= freshUntil(found.entry);
  if ((isStale || isDue(found.entry, now, policy.refreshAhead)) && !core.calls.has(key))
    refresh(request, found, isStale ? "stale" : "ahead");
  if (!isStale) publish("hit", () => ({ cache: core.backend.label, key }));
  return isStale ? stale(request, found, "revalidate") : found.data;
}

/** While the key is loaded in the background: what there is, or what that load gives. */
function beside<T>(request: Request<T>, find: Find<T>): Answer<T> {
  const answer = foundOrLoaded(request, find);
  return request.signal === undefined ? answer : unlessAborted(answer, request.signal);
}

async function foundOrLoaded<T>(request: Request<T>, find: Find<T>): Answer<T> {
  const found = await lookFor(request, find);
  request.signal?.throwIfAborted();
  if (found.entry && isUsable(request, found.entry)) return answerWith(request, found.entry);
  const call = request.core.calls.get(request.key) as Call<T> | undefined;
  const { entry, isAway } = found;
  return join(request, call ?? begin(request, entry, (fresh) => load({ ...request, call: fresh, isAway })));
}

/** The answer of a call that has begun: what was found, where it is usable, else what is loaded. */
export async function answer<T>(request: Request<T>, call: Call<T>, find: Find<T>): Answer<T> {
  const { core, key } = request;
  const { entry: found, isAway } = await lookFor(request, find);
  if (found && isUsable(request, found)) {
    if (call.isBehind?.()) return answerAnew(request, call);
    // What was read before a delete or a newer set is an answer for those who had asked by then, and no more.
    if (core.calls.get(key) !== call) return found.data;
    core.calls.delete(key);
    return answerWith(request, found);
  }
  publish("miss", () => ({ cache: core.backend.label, key }));
  call.stale = found;
  return load({ ...request, call, isAway });
}

/** With what is read now: that is behind nothing for those who have joined, and it may be for those who still can. */
export function answerAnew<T>(request: Request<T>, call: Call<T>): Answer<T> {
  const { core, reader, key, policy } = request;
  call.isBehind = core.calls.get(key) === call ? core.order.endOfAny(key) : undefined;
  return answer(request, call, () => reader.judge(key, () => core.read(key), policy.tags));
}

async function lookFor<T>(
  { core, key, policy }: Request<T>,
  find: Find<T>,
): Promise<{ readonly entry: Found<T> | undefined; readonly isAway: boolean }> {
  return recover(
    async () => ({ entry: await find(), isAway: false }),
    (error) => {
      if (policy.onBackendError === "throw") throw error;
      core.report("get", key, error);
      return { entry: undefined, isAway: true };
    },
  );
}

function isUsable<T>({ core, policy }: Request<T>, { entry }: Found<T>): boolean {
  return isWithin(entry, core.now(), policy.staleWhileRevalidate);
}

/** A call that new callers for the key join until it has ended. */
function begin<T>(
  { core, key, policy }: Request<T>,
  current: Found<T> | undefined,
  run: (call: Call<T>) => Answer<T>,
  kind: Call<T>["kind"] = "asked",
): Call<T> {
  const call = new Call<T>(key, kind, policy.tags);
  call.stale = current;
  const running = run(call);
  core.join(call as Call<unknown>);
  call.settle(running);
  return call;
}

/** Loads in the background what callers are answered with meanwhile. */
function refresh<T>(request: Request<T>, found: Found<T>, why: "stale" | "ahead"): void {
  const { core, key } = request;
  publish("refresh", () => ({ cache: core.backend.label, key, why }));
  const run = (call: Call<T>): Answer<T> => load({ ...request, call, isAway: false });
  // The object itself goes to the caller, who may change it.
  const kept = { ...found, data: ownOf(request.reader, found.data) };
  const call = begin(request, kept, run, "background");
  core.background("refresh", key, () => call.answer);
}

/** What the call answers this caller with: what is its own, or a stale value where loading fails or is slow. */
function join<T>(request: Request<T>, call: Call<T>): Answer<T> {
  return answerTo(request, call, call.wait(request.signal));
}

/** The same, for one who is `waiting` already. */
export function answerTo<T>(request: Request<T>, call: Call<T>, waiting: Answer<T>): Answer<T> {
  const { policy } = request;
  const own = waiting.then((data) => (call.isShared ? ownOf(request.reader, data) : data));
  // Who is answered after the soft timeout does not hear of a failure later.
  const timely = policy.softTimeout > LONGEST_TIMER_MS ? own : unlessSlow(request, call, own);
  return policy.staleIfError > 0 ? timely.catch((error) => unlessUsable(request, call, error)) : timely;
}

/** After a failure: the stale value, where there is one that is young enough. */
function unlessUsable<T>(request: Request<T>, call: Call<T>, error: unknown): T | undefined {
  const { core, policy, signal } = request;
  const { stale: found } = call;
  if (
    signal?.aborted ||
    !found ||
    call.isBehind?.() ||
    !isWithin(found.entry, core.now(), policy.staleIfError)
  )
    throw error;
  return ownOf(request.reader, stale(request, found, "error", error));
}

/** For a caller who may share no object with others. */
export function ownOf<T>(reader: Reader<T>, data: T | undefined): T | undefined {
  return data === undefined || isFrozenDeep(data) ? data : reader.copy(data);
}

/** The answer, or after the soft timeout the stale value, where there is one. The load goes on. */
function unlessSlow<T>(request: Request<T>, call: Call<T>, waiting: Answer<T>): Answer<T> {
  const { core, policy } = request;
  const window = Math.max(policy.staleIfError, policy.staleWhileRevalidate);
  return new Promise((resolve, reject) => {
    let isOver = false;
    const use = (found: Found<T>): void => {
      if (isOver || call.isBehind?.() || !isWithin(found.entry, core.now(), window)) return;
      call.keep();
      resolve(ownOf(request.reader, stale(request, found, "timeout")));
    };
    const timer = setTimeout(() => call.onceStale(use), policy.softTimeout);
    const end = (): void => {
      isOver = true;
      clearTimeout(timer);
    };
    waiting.then(resolve, reject).then(end);
  });
}

function stale<T>(
  { core, key }: Request<T>,
  found: Found<T>,
  why: StaleMessage["why"],
  error?: unknown,
): T | undefined {
  publish("stale", () => ({ cache: core.backend.label, key, why, error }));
  return found.data;
}
