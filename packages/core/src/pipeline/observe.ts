import type { CacheContext, TierOutcome } from "../cache-context.ts";
import { checkOption } from "../check.ts";
import type { DeleteStatus } from "../delete-status.ts";
import { isPromise, type MaybePromise } from "../maybe-promise.ts";
import type { Publisher } from "../publisher.ts";
import type { Purpose } from "../purpose.ts";
import { type BackendMessage, type CodecMessage, channels } from "./channels.ts";

/** The facts that one operation notes while it runs. */
export interface Observation {
  bytes: number | undefined;
  status: TierOutcome["status"];
  removed?: DeleteStatus | undefined;
  /** False for a hit of a value that stays in the process. */
  isFetch?: boolean | undefined;
}

export interface Observed {
  readonly operation: TierOutcome["operation"];
  readonly path: string;
  readonly key: string;
  readonly purpose: Purpose;
  readonly context: CacheContext | undefined;
}

/** Runs an operation, then reports it to its context and to its channel. Only runs it if neither is there. */
export function observe<R>(
  observed: Observed,
  run: (noted?: Observation) => MaybePromise<R>,
): MaybePromise<R> {
  const { context } = observed;
  if (context === undefined && !isHeard(observed.operation)) return run(undefined);
  const isContext = context === undefined || Array.isArray(context?.tiers);
  checkOption(isContext, "context", context, "must be a cacheContext");
  const noted: Observation = { bytes: undefined, status: "ok" };
  const start = performance.now();
  const succeed = (result: R): R => {
    report(observed, noted, performance.now() - start, undefined);
    return result;
  };
  const fail = (error: unknown): never => {
    const failed: Observation = { bytes: undefined, status: "error" };
    report(observed, failed, performance.now() - start, error);
    throw error;
  };
  let result: MaybePromise<R>;
  try {
    result = run(noted);
  } catch (error) {
    return fail(error);
  }
  return isPromise(result) ? result.then(succeed, fail) : succeed(result);
}

/** True if messages of the operation have a listener. */
function isHeard(operation: TierOutcome["operation"]): boolean {
  return channels[operation].hasSubscribers || (operation === "read" && channels.fetch.hasSubscribers);
}

function report(observed: Observed, noted: Observation, durationMs: number, error: unknown): void {
  const { operation, path, key, purpose, context } = observed;
  const { status, bytes, removed } = noted;
  context?.tiers.push({
    tier: path,
    operation,
    purpose,
    status,
    durationMs,
    ...(error === undefined ? {} : { error }),
  });
  if (!isHeard(operation) || status === "skipped") return;
  const message: BackendMessage = { backend: path, key, purpose, durationMs, bytes, error };
  if (operation === "read") publishRead({ ...message, hit: status === "hit" }, noted);
  else channels[operation].publish(operation === "remove" ? { ...message, removed } : message);
}

function publishRead(message: BackendMessage, { isFetch = true }: Observation): void {
  channels.read.publish(message);
  if (isFetch) channels.fetch.publish(message);
}

/** Runs a format or compressor, and times it if the channel has subscribers. */
export function timed<R>(
  channel: Publisher,
  backend: string,
  codec: string,
  run: () => MaybePromise<R>,
): MaybePromise<R> {
  if (!channel.hasSubscribers) return run();
  const start = performance.now();
  const publish = (error?: unknown): void => {
    const message: CodecMessage = { backend, codec, durationMs: performance.now() - start, error };
    channel.publish(message);
  };
  const fail = (error: unknown): never => {
    publish(error);
    throw error;
  };
  const succeed = (result: R): R => {
    publish();
    return result;
  };
  let result: MaybePromise<R>;
  try {
    result = run();
  } catch (error) {
    return fail(error);
  }
  return isPromise(result) ? result.then(succeed, fail) : succeed(result);
}
