import { type CacheValue, isUnreadable, type Lease, recover } from "@hitbox/core";
import type { Call, Found } from "./call.ts";
import type { Core } from "./core.ts";
import type { Policy } from "./policy.ts";
import { freshUntil, type Reader } from "./reader.ts";

/** Pauses between looks at a lease that another process holds, in milliseconds: each half as long again as the last. */
const FIRST_LOOK_MS = 10;
const LONGEST_LOOK_MS = 250;

/** What a claim is made for. */
export interface Claimant<T> {
  readonly core: Core;
  readonly reader: Reader<T>;
  readonly call: Call<T>;
  readonly policy: Policy;
  /** Called when the load has to wait for another process. */
  readonly waits: (() => void) | undefined;
  /** The backend did not answer: it is not asked again, and what is loaded is offered to it, and not waited for. */
  readonly isAway: boolean;
}

/** Who is to load: this caller, with a lease where there is one to be had; or nobody, where there is an answer. */
export interface Claim<T> {
  readonly lease?: Lease<unknown>;
  readonly answer?: Pick<Found<T>, "data">;
  readonly isAway: boolean;
}

export async function claimFor<T>(claimant: Claimant<T>): Promise<Claim<T>> {
  const { core, call, policy, isAway } = claimant;
  if (!core.hasLeases || policy.lease === false || isAway) return { isAway };
  let waited = 0;
  for (let pause = FIRST_LOOK_MS; ; pause = Math.min(pause * 1.5, LONGEST_LOOK_MS)) {
    const lease = await ask(claimant, policy.lease);
    if (lease === undefined) return { isAway: true };
    const answer = await freshIn(claimant, lease.value);
    if (answer && !call.isBehind?.()) {
      release(claimant, lease);
      return { answer, isAway };
    }
    if (lease.granted || waited >= policy.lease) return { lease, isAway };
    if (!call.isAwaited && call.stale) return { answer: call.stale, isAway };
    claimant.waits?.();
    await sleep(pause, call.signal);
    waited += pause;
  }
}

/** Lets another process load, where nothing has been stored. */
export function release<T>({ core, call }: Claimant<T>, lease: Lease<unknown> | undefined): void {
  if (!lease?.granted) return;
  core.background("lease", call.key, () => core.backend.releaseLease(call.key, lease.fence));
}

async function ask<T>({ core, call, policy }: Claimant<T>, ms: number): Promise<Lease<unknown> | undefined> {
  call.signal.throwIfAborted();
  return recover(
    () => core.lease(call.key, ms),
    (error) => {
      if (policy.onBackendError === "throw" && !isUnreadable(error)) throw error;
      return core.report("lease", call.key, error) as undefined;
    },
  );
}

/** What is there by now, where it is fresh and newer than what this load replaces. */
async function freshIn<T>(
  { core, reader, call }: Claimant<T>,
  entry: CacheValue<unknown> | undefined,
): Promise<Found<T> | undefined> {
  if (entry === undefined || call.isOutdated || freshUntil(entry) <= core.now()) return undefined;
  if (call.stale && entry.createdAt <= call.stale.entry.createdAt) return undefined;
  return recover(
    () => reader.judge(call.key, () => entry),
    (error) => core.report("get", call.key, error) as undefined,
  );
}

function sleep(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const abort = (): void => {
      clearTimeout(timer);
      reject(signal.reason);
    };
    const timer = setTimeout(() => {
      signal.removeEventListener("abort", abort);
      resolve();
    }, ms);
    signal.addEventListener("abort", abort, { once: true });
    if (signal.aborted) abort();
  });
}
