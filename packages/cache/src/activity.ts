import { channel } from "node:diagnostics_channel";
import type { Publisher } from "@hitbox/core/tier";
import type { CacheMessage } from "./cache-message.ts";
import { spaceOf } from "./keys/space-of.ts";

/** Calls `run` once, at once, and returns its answer: within a context of its own. */
export type Around = <R>(run: () => R) => R;

/** Work that is about to begin, for traces. The message of its channel; its end is told to itself. */
export class Activity<End> implements CacheMessage {
  readonly cache: string;
  readonly namespace: string;
  readonly entity: string;
  /** Undefined for a call for several keys. */
  readonly key: string | undefined;
  readonly #arounds: Around[] = [];
  readonly #listeners: ((end: End) => void)[] = [];

  constructor(cache: string, key: string | undefined, space: string) {
    const { namespace, entity } = spaceOf(space);
    this.cache = cache;
    this.namespace = namespace;
    this.entity = entity;
    this.key = key;
  }

  /** Has the work run by `around`. */
  runBy(around: Around): void {
    this.#arounds.push(around);
  }

  whenEnded(listener: (end: End) => void): void {
    this.#listeners.push(listener);
  }

  run<R>(work: () => R): R {
    return this.#arounds.reduceRight<() => R>((inner, around) => () => around(inner), work)();
  }

  end(end: End): void {
    for (const listener of this.#listeners.splice(0)) listener(end);
  }
}

export interface CallEnd {
  /** Undefined for a call for several keys, and for one that has failed before it was counted. */
  readonly status: "hit" | "stale" | "miss" | "collapsed" | undefined;
  /** The loads of other calls that the call has waited for: `load` of their messages. */
  readonly waitedFor: readonly object[];
  readonly error: unknown;
}

/** Published on `hitbox:cache:call` when a call begins that may leave memory. */
export class CallActivity extends Activity<CallEnd> {
  readonly operation: string;
  status: CallEnd["status"] = undefined;
  readonly #waitedFor: object[] = [];

  constructor(operation: string, cache: string, key: string | undefined, space: string) {
    super(cache, key, space);
    this.operation = operation;
  }

  waitsFor(load: object): void {
    this.#waitedFor.push(load);
  }

  succeed<R>(value: R): R {
    this.end({ status: this.status, waitedFor: this.#waitedFor, error: undefined });
    return value;
  }

  fail(error: unknown): never {
    this.end({ status: this.status, waitedFor: this.#waitedFor, error });
    throw error;
  }
}

export interface LoadEnd {
  readonly outcome: string;
  readonly error: unknown;
}

/** Published on `hitbox:cache:loading` when a loader is about to be called. */
export class LoadActivity extends Activity<LoadEnd> {
  /** The load, as calls that wait for it name it. */
  readonly load: object;
  /** Callers have been answered with an older value. */
  readonly isRefresh: boolean;

  constructor(load: object, isRefresh: boolean, cache: string, key: string) {
    super(cache, key, key);
    this.load = load;
    this.isRefresh = isRefresh;
  }
}

export const traced: Publisher = channel("hitbox:cache:call");
export const tracedLoads: Publisher = channel("hitbox:cache:loading");

/** Tells of a call that begins, and runs it. */
export async function traceCall<R>(
  activity: CallActivity,
  run: (activity: CallActivity) => Promise<R>,
): Promise<R> {
  traced.publish(activity);
  try {
    return activity.succeed(await activity.run(() => run(activity)));
  } catch (error) {
    return activity.fail(error);
  }
}

/** Tells of a load that begins. Run it by the answer. */
export function traceLoad(activity: LoadActivity): LoadActivity {
  tracedLoads.publish(activity);
  return activity;
}
