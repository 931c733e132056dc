import type { Backend } from "@hitbox/core";
import { UsageError } from "../usage-error.ts";
import { loadPeer } from "./load-peer.ts";
import type { Opened, Place } from "./place.ts";
import { RedisLink } from "./redis-link.ts";
import { placeName, type RedisPlace, redisPlace } from "./redis-place.ts";

interface RedisModule {
  readonly redis: (options: object) => Backend;
}

/** Milliseconds: a reader at a terminal is more patient than a service. */
const TIMEOUT = 5_000;

/** One server, a cluster, or the master of sentinels. */
export async function openRedis(text: string, place: Place): Promise<Opened | undefined> {
  const where = redisPlace(text);
  if (where === undefined) return undefined;
  const { redis } = await loadPeer<RedisModule>("@hitbox/redis", place.cwd, "ioredis");
  const { prefix = "hitbox", cwd } = place;
  const coherence = coherenceFor(where, place);
  const onWarning = (): void => {};
  const backend = redis({ ...where, prefix, timeout: TIMEOUT, onWarning, ...(coherence && { coherence }) });
  const link = new RedisLink(where, cwd);
  const close = async (): Promise<void> => {
    await link.close();
  };
  // The nodes of a cluster each track for themselves.
  const coherences = "cluster" in where ? ["bus"] : ["tracking", "bus"];
  return { name: placeName(where), backends: [backend], redis: link, coherences, prefix, close };
}

/**
 * Services that hear by tracking hear of every change by anyone. Those that hear by the bus hear of changes
 * that are announced there: nobody else is disturbed.
 */
function coherenceFor(where: RedisPlace, { coherence, changes }: Place): string | undefined {
  if (coherence !== undefined && coherence !== "bus" && coherence !== "tracking")
    throw new UsageError("--coherence is neither bus nor tracking. Write the one that your services use");
  if (changes === "announces") return "bus";
  if (changes === "hears") return coherence ?? ("cluster" in where ? "bus" : "tracking");
  return undefined;
}
