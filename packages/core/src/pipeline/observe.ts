import type { Channel } from "node:diagnostics_channel";
import type { CacheContext, TierOutcome } from "../cache-context.ts";
import { checkOption } from "../check.ts";
import type { DeleteStatus } from "../delete-status.ts";
import { isPromise, type MaybePromise } from "../maybe-promise.ts";
import { type BackendMessage, type CodecMessage, channels } from "./channels.ts";

/** What one operation notes about itself while it runs. */
export interface Observation {
  bytes: number | undefined;
  status: TierOutcome["status"];
  removed?: DeleteStatus | undefined;
}

export interface Observed {
  readonly operation: TierOutcome["operation"];
  readonly path: string;
  readonly key: string;
  readonly context: CacheContext | undefined;
}

/** Runs an operation, then tells the context and the channel how it went; only runs it where nobody asked. */
export function observe<R>(what: Observed, run: (noted?: Observation) => MaybePromise<R>): MaybePromise<R> {
  const { context } = what;
  if (context === undefined && !channels[what.operation].hasSubscribers) return run(undefined);
  const isContext = context === undefined || Array.isArray(context?.tiers);
  checkOption(isContext, "context", context, "must be a cacheContext");
  const noted: Observation = { bytes: undefined, status: "ok" };
  const start = performance.now();
  const succeed = (result: R): R => {
    report(what, noted, performance.now() - start, undefined);
    return result;
  };
  const fail = (error: unknown): never => {
    const failed: Observation = { bytes: undefined, status: "error" };
    report(what, failed, performance.now() - start, error);
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

function report(what: Observed, noted: Observation, durationMs: number, error: unknown): void {
  const { operation, path, key, context } = what;
  const { status, bytes, removed } = noted;
  context?.tiers.push({
    tier: path,
    operation,
    status,
    durationMs,
    ...(error === undefined ? {} : { error }),
  });
  const channel = channels[operation];
  if (!channel.hasSubscribers || status === "skipped") return;
  const message: BackendMessage = { backend: path, key, durationMs, bytes, error };
  if (operation === "read") channel.publish({ ...message, hit: status === "hit" });
  else channel.publish(operation === "remove" ? { ...message, removed } : message);
}

/** Times a format or compressor where somebody listens; else only runs it. */
export function timed<R>(
  channel: Channel,
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
