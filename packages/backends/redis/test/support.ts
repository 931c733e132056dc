import type { RedisClusterServers } from "@hitbox/test-servers";
import { Cluster as Cluster6, Redis as Redis6 } from "ioredis";
import { Cluster as Cluster5, Redis as Redis5 } from "ioredis5";

export { dataOf as textOf, failureOf, storedEntry as entry, succeeds, until } from "@hitbox/test-support";

/** Both supported majors, for `describe.each`. */
export const CLIENTS = [
  { version: "ioredis 5", Redis: Redis5 as unknown as typeof Redis6 },
  { version: "ioredis 6", Redis: Redis6 },
];

/** Milliseconds: the deadline of operations that must be over long before it. */
export const FAR_DEADLINE = 10_000;
/**
 * More milliseconds than an operation takes that waits for nothing, on a busy machine too; far from that
 * deadline.
 */
export const AT_ONCE = FAR_DEADLINE / 2;
/** Milliseconds by which a busy machine may be late. */
export const SLACK = 5_000;

let spaces = 0;

/** A prefix that no other test of this process uses. */
export function freshPrefix(): string {
  spaces += 1;
  return `space${spaces}`;
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
