import type { Connection } from "./connection.ts";
import { isCluster } from "./redis-client.ts";

/** Begins an operation for each item. The commands that go to one node of a cluster are one write to its socket. */
export function together<Item, R>(
  { client }: Connection,
  items: readonly Item[],
  begin: (item: Item) => Promise<R>,
): Promise<R>[] {
  const nodes = isCluster(client) ? client.nodes() : [];
  const sockets = nodes.flatMap(({ stream }) => stream ?? []);
  for (const socket of sockets) socket.cork();
  try {
    return items.map(begin);
  } finally {
    for (const socket of sockets) socket.uncork();
  }
}

/** The results, once all have settled: nothing is under way any more when this rejects, with the first error. */
export async function whenAll<R>(operations: readonly Promise<R>[]): Promise<R[]> {
  await Promise.allSettled(operations);
  return Promise.all(operations);
}
