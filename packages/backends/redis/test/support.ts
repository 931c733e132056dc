import { setTimeout as wait } from "node:timers/promises";
import { BackendError, type StoredValue } from "@hitbox/core";
import type { RedisClusterServers } from "@hitbox/test-servers";
import { Cluster as Cluster6, Redis as Redis6 } from "ioredis";
import { Cluster as Cluster5, Redis as Redis5 } from "ioredis5";

/** Both supported majors, for `describe.each`. */
export const CLIENTS = [
  { version: "ioredis 5", Redis: Redis5 as unknown as typeof Redis6 },
  { version: "ioredis 6", Redis: Redis6 },
];

/** Milliseconds: the deadline of operations that must be over long before it. */
export const FAR_DEADLINE = 10_000;
/** More milliseconds than an operation takes that waits for nothing, on a busy machine too; far from that deadline. */
export const AT_ONCE = FAR_DEADLINE / 2;
/** Milliseconds by which a busy machine may be late. */
export const SLACK = 5_000;

let spaces = 0;

/** A prefix that no other test of this process uses. */
export function freshPrefix(): string {
  spaces += 1;
  return `space${spaces}`;
}

export function entry(text: string, times: Partial<StoredValue> = {}): StoredValue {
  return {
    payload: Buffer.from(JSON.stringify(text)),
    format: "json",
    compressor: undefined,
    decodedBytes: undefined,
    createdAt: Date.now(),
    staleAt: undefined,
    expiresAt: undefined,
    tags: undefined,
    ...times,
  };
}

export function textOf(stored: StoredValue | BackendError | undefined): string | undefined {
  if (BackendError.is(stored)) throw stored;
  return stored && JSON.parse(Buffer.from(stored.payload).toString());
}

/** How an operation failed, and after how many milliseconds. */
export interface Failure {
  readonly code: string;
  readonly ms: number;
  readonly error: BackendError;
}

/** Runs an operation that must fail with a `BackendError`. */
export async function failureOf(run: () => unknown): Promise<Failure> {
  const start = performance.now();
  try {
    await run();
  } catch (error) {
    if (BackendError.is(error)) return { code: error.code, ms: performance.now() - start, error };
    throw error;
  }
  throw new Error("expected a BackendError");
}

/** Polls until `probe` gives true; how long that took, in milliseconds. */
export async function until(probe: () => unknown, limit = 30_000): Promise<number> {
  const start = performance.now();
  while (!(await probe())) {
    if (performance.now() - start > limit) throw new Error(`not so within ${limit} ms`);
    await wait(5);
  }
  return performance.now() - start;
}

/** Whether an operation succeeds. */
export function succeeds(run: () => unknown): () => Promise<boolean> {
  return async () => {
    try {
      await run();
      return true;
    } catch {
      return false;
    }
  };
}

/** Clusters of both supported majors. */
export const CLUSTERS = [
  { version: "ioredis 5", Cluster: Cluster5 as unknown as typeof Cluster6 },
  { version: "ioredis 6", Cluster: Cluster6 },
];

/** A test's client of a cluster, which does not print. */
export function clusterClient(
  Cluster: typeof Cluster6,
  { nodes }: RedisClusterServers,
  options: ConstructorParameters<typeof Cluster6>[1] = {},
): Cluster6 {
  const client = new Cluster(
    nodes.map(({ port }) => ({ host: "127.0.0.1", port })),
    options,
  );
  client.on("error", () => {});
  return client;
}
