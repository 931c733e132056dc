import { setTimeout as sleep } from "node:timers/promises";
import { type CacheValue, type Lease, recover } from "@hitbox/core";
import type { Call, Found } from "./call.ts";
import { type LoadMessage, publish } from "./channels.ts";
import type { Core } from "./core.ts";
import { milliseconds } from "./duration.ts";
import type { LoadContext, Loader } from "./options.ts";
import { checkTagNames, entryOf, type Policy } from "./policy.ts";
import { freshUntil, NOT_FOUND, type Reader } from "./reader.ts";

/** Pauses between looks at a lease that another process holds, in milliseconds: each half as long again as the last. */
const FIRST_LOOK_MS = 10;
const LONGEST_LOOK_MS = 250;

/** One load and all that it needs. */
export interface Job<T> {
  readonly core: Core;
  readonly reader: Reader<T>;
  readonly call: Call<T>;
  readonly policy: Policy;
  /** Tags of the cache's own that every entry of this space carries. */
  readonly marks: readonly string[];
  readonly loader: Loader<T>;
  /** Called when the load has to wait for another process. */
  readonly waits: (() => void) | undefined;
  /** Whether someone waits. */
  readonly kind: "asked" | "background";
  /** The backend did not answer: it is not asked again, and what is loaded is offered to it, and not waited for. */
  readonly isAway: boolean;
}

/** Loads a key, alone in this process and, under a lease, alone among all that share the backend; and stores it. */
export async function load<T>(job: Job<T>): Promise<T | undefined> {
  const claim = await claimFor(job);
  if (claim.answer) return claim.answer.data;
  const start = performance.now();
  const report = (outcome: LoadMessage["outcome"], error?: unknown): void =>
    publish("load", () => message(job, start, outcome, error));
  const choice: Choice = { policy: job.policy, tags: job.policy.tags, isSkipped: false };
  const createdAt = job.core.now();
  let data: T | undefined;
  try {
    data = await run(job, choice);
  } catch (error) {
    report("failed", error);
    release(job, claim.lease);
    throw error;
  }
  const storing = store(job, claim.lease, toStore(job, choice, data, createdAt)).then(report, (error) => {
    report("unstored", error);
    if (job.policy.onBackendError === "throw") throw error;
  });
  if (claim.isAway) job.core.background("set", job.call.key, () => storing);
  else await storing;
  return data;
}

/** Who is to load: this caller, with a lease where there is one to be had; or nobody, where there is an answer. */
interface Claim<T> {
  readonly lease?: Lease<unknown>;
  readonly answer?: Pick<Found<T>, "data">;
  readonly isAway: boolean;
}

async function claimFor<T>(job: Job<T>): Promise<Claim<T>> {
  const { core, call, policy, kind, isAway } = job;
  if (!core.hasLeases || policy.lease === false || isAway) return { isAway };
  const giveUpAt = core.now() + policy.lease;
  for (let pause = FIRST_LOOK_MS; ; pause = Math.min(pause * 1.5, LONGEST_LOOK_MS)) {
    const lease = await ask(job, policy.lease);
    if (lease === undefined) return { isAway: true };
    const answer = await freshIn(job, lease.value);
    if (answer) {
      release(job, lease);
      return { answer, isAway };
    }
    if (lease.granted || core.now() >= giveUpAt) return { lease, isAway };
    if (kind === "background") return { answer: { data: call.stale?.data }, isAway };
    job.waits?.();
    const { signal } = call.controller;
    await sleep(pause, undefined, { signal }).catch(() => signal.throwIfAborted());
  }
}

function ask<T>({ core, call }: Job<T>, ms: number): Promise<Lease<unknown> | undefined> {
  return Promise.resolve(
    recover(
      () => core.backend.lease<unknown>(call.key, ms),
      (error) => core.report("lease", call.key, error) as undefined,
    ),
  );
}

/** What is there by now, where it is fresh and newer than what this load replaces. */
async function freshIn<T>(
  { core, reader, call }: Job<T>,
  entry: CacheValue<unknown> | undefined,
): Promise<Found<T> | undefined> {
  if (entry === undefined || freshUntil(entry) <= core.now()) return undefined;
  if (call.stale && entry.createdAt <= call.stale.entry.createdAt) return undefined;
  return reader.judge(call.key, entry);
}

interface Choice {
  policy: Policy;
  tags: readonly string[];
  isSkipped: boolean;
}

async function run<T>({ call, policy, loader }: Job<T>, choice: Choice): Promise<T | undefined> {
  const { signal } = call.controller;
  signal.throwIfAborted();
  const context: LoadContext<T> = {
    signal,
    stale: call.stale?.data,
    setTtl(ttl) {
      choice.policy = { ...choice.policy, ttl: milliseconds("ttl", ttl) };
    },
    setTags(tags) {
      choice.tags = checkTagNames(tags);
    },
    skip() {
      choice.isSkipped = true;
    },
  };
  const ended = new Promise<never>((_, reject) => {
    signal.addEventListener("abort", () => reject(signal.reason), { once: true });
  });
  const timer = abortAfter(call, policy.hardTimeout);
  try {
    return await Promise.race([loader(context), ended]);
  } finally {
    clearTimeout(timer);
  }
}

function abortAfter<T>({ controller, key }: Call<T>, ms: number): NodeJS.Timeout | undefined {
  if (ms > LONGEST_TIMER_MS) return undefined;
  const expire = (): void => {
    controller.abort(new DOMException(`the load of ${key} took more than ${ms} ms`, "TimeoutError"));
  };
  return setTimeout(expire, ms);
}

/** What a timer can wait for; a longer timeout is none. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

function toStore<T>(
  { core, marks }: Job<T>,
  { policy, tags, isSkipped }: Choice,
  data: T | undefined,
  createdAt: number,
): CacheValue<unknown> | undefined {
  if (isSkipped) return undefined;
  if (data !== undefined) return entryOf(policy, data, createdAt, [...tags, ...marks], core.random);
  const brief = { ...policy, ttl: policy.notFoundTtl, staleWhileRevalidate: 0, staleIfError: 0 };
  return entryOf(brief, null, createdAt, [...tags, ...marks, NOT_FOUND], core.random);
}

async function store<T>(
  job: Job<T>,
  lease: Lease<unknown> | undefined,
  entry: CacheValue<unknown> | undefined,
): Promise<LoadMessage["outcome"]> {
  const { core, call } = job;
  if (entry === undefined || call.isOutdated) {
    release(job, lease);
    return entry === undefined ? "skipped" : "outdated";
  }
  await core.tags.prepare(entry.tags ?? [], entry.createdAt);
  if (call.isOutdated) return "outdated";
  if (lease === undefined) await core.backend.set(call.key, entry);
  else if (!(await core.backend.setFenced(call.key, entry, lease.fence))) return "outdated";
  return "stored";
}

function release<T>({ core, call }: Job<T>, lease: Lease<unknown> | undefined): void {
  if (!lease?.granted) return;
  core.background("lease", call.key, () => core.backend.releaseLease(call.key, lease.fence));
}

function message<T>(
  { core, call }: Job<T>,
  start: number,
  outcome: LoadMessage["outcome"],
  error: unknown,
): LoadMessage {
  const durationMs = performance.now() - start;
  return { cache: core.backend.label, key: call.key, durationMs, outcome, error };
}
