import { type CacheValue, chain, isPromise, type Lease, type MaybePromise } from "@hitbox/core";
import { type LoadMessage, publish } from "./channels.ts";
import { type Claimant, claimFor, release } from "./claim.ts";
import type { Loader } from "./options.ts";
import { entryOf, longestLife } from "./policy.ts";
import { NOT_FOUND } from "./reader.ts";
import { type Choice, runLoader } from "./run-loader.ts";

/** One load and all that it needs. */
export interface Job<T> extends Claimant<T> {
  /** Tags of the cache's own that every entry of this space carries. */
  readonly marks: readonly string[];
  readonly loader: Loader<T>;
}

/** Loads a key, alone in this process and, under a lease, alone among all that share the backend; and stores it. */
export async function load<T>(job: Job<T>): Promise<T | undefined> {
  const claim = await claimFor(job);
  if (claim.answer) return claim.answer.data;
  const report = reporter(job);
  job.call.giveUpLease = () => release(job, claim.lease);
  const createdAt = job.core.now();
  // Ahead of the load: an invalidation while it runs must find the record, or make it.
  const prepared = claim.isAway ? undefined : prepare(job, createdAt);
  let loaded: Loaded<T>;
  try {
    loaded = await run(job, createdAt);
  } catch (error) {
    report("failed", error);
    release(job, claim.lease);
    throw error;
  }
  const storing = store(job, claim.lease, loaded.entry, prepared).then(report, (failure) => {
    report("unstored", failure);
    if (job.policy.onBackendError === "throw") throw failure;
  });
  if (claim.isAway) job.core.background("set", job.call.key, () => storing);
  else await storing;
  return loaded.data;
}

interface Loaded<T> {
  readonly data: T | undefined;
  /** Undefined: it is not to be stored. */
  readonly entry: CacheValue<unknown> | undefined;
}

async function run<T>(job: Job<T>, createdAt: number): Promise<Loaded<T>> {
  const { call, policy, loader, reader } = job;
  const { data, choice } = await runLoader(call, policy, loader);
  const entry = toStore(job, choice, data, createdAt);
  return { entry, data: data === undefined ? data : await reader.present(call.key, data) };
}

function prepare<T>(job: Job<T>, createdAt: number): Promise<unknown> | undefined {
  const prepared = job.core.tags.prepare(tagsOf(job, job.policy.tags), createdAt);
  if (!isPromise(prepared)) return undefined;
  prepared.catch(() => {});
  return prepared;
}

function tagsOf<T>({ marks }: Job<T>, tags: readonly string[]): readonly string[] {
  return marks.length === 0 ? tags : [...tags, ...marks];
}

function toStore<T>(
  job: Job<T>,
  { policy, tags, isSkipped }: Choice,
  data: T | undefined,
  createdAt: number,
): CacheValue<unknown> | undefined {
  if (isSkipped) return undefined;
  const { core } = job;
  const all = tagsOf(job, tags);
  core.notice(longestLife(policy));
  if (data !== undefined) return entryOf(policy, data, createdAt, all, core.random);
  const brief = { ...policy, ttl: policy.notFoundTtl, staleWhileRevalidate: 0, staleIfError: 0 };
  return entryOf(brief, null, createdAt, [...all, NOT_FOUND], core.random);
}

async function store<T>(
  job: Job<T>,
  lease: Lease<unknown> | undefined,
  entry: CacheValue<unknown> | undefined,
  prepared: Promise<unknown> | undefined,
): Promise<LoadMessage["outcome"]> {
  const { core, call } = job;
  if (entry === undefined || call.isOutdated) {
    release(job, lease);
    return entry === undefined ? "skipped" : "outdated";
  }
  // A value that is refused at once leaves nothing behind that could fail unheard.
  const sent = send(job, lease, entry);
  // Until its tags have their records it does not stand.
  const tagged = core.tags.prepare(entry.tags ?? [], entry.createdAt);
  const [isStored] = await Promise.all([sent, prepared, tagged]);
  return isStored ? "stored" : "outdated";
}

/** Before any newer set or delete is sent, or not at all. */
function send<T>(
  { core, call }: Job<T>,
  lease: Lease<unknown> | undefined,
  entry: CacheValue<unknown>,
): MaybePromise<boolean> {
  const { key } = call;
  return core.order.run([key], () => {
    if (call.isOutdated) return false;
    core.changes++;
    if (lease) return core.backend.setFenced(key, entry, lease.fence);
    return chain(core.backend.set(key, entry), () => true);
  });
}

function reporter<T>({ core, call }: Job<T>): (outcome: LoadMessage["outcome"], error?: unknown) => void {
  const start = performance.now();
  return (outcome, error) =>
    publish("load", () => {
      const durationMs = performance.now() - start;
      return { cache: core.backend.label, key: call.key, durationMs, outcome, error };
    });
}
