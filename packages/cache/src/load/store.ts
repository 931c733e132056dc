import { type CacheValue, chain, isPromise, type Lease, type MaybePromise } from "@hitbox/core";
import type { LoadMessage } from "../channels.ts";
import type { InFlightLoad } from "./in-flight-load.ts";
import type { LoadingContext } from "./loading-context.ts";

/**
 * Stores the entry of a load, unless something newer has happened. The lease is released if nothing was
 * stored.
 */
export async function store<T>(
  flight: InFlightLoad<T>,
  entry: CacheValue<unknown> | undefined,
  { kept, stamps }: LoadingContext<T>,
  fence: string | undefined,
  lease: Lease<unknown> | undefined,
): Promise<LoadMessage["outcome"]> {
  const { engine, key } = flight;
  let isStored = false;
  engine.keys.noteChange(key);
  try {
    if (entry === undefined) return "skipped";
    let whole = entry;
    if (entry.tags !== undefined || kept !== undefined) {
      const own = isPromise(stamps) ? await stamps : stamps;
      // Invalidated since it was read, by a tag.
      if (kept && !(await engine.tags.accepts(kept.entry, own))) return "outdated";
      whole = engine.tags.stamped(entry, own);
    }
    isStored = await send(flight, whole, fence);
    return isStored ? "stored" : "outdated";
  } finally {
    if (!isStored) flight.goOnWith(engine.releaseLease(key, lease));
  }
}

/** Before any newer set or delete is sent, or not at all. */
function send<T>(
  flight: InFlightLoad<T>,
  entry: CacheValue<unknown>,
  fence: string | undefined,
): MaybePromise<boolean> {
  const { engine, key, request } = flight;
  return engine.send([key], undefined, () => {
    if (!flight.isCurrent) return false;
    if (fence !== undefined) return engine.backend.setFenced(key, entry, fence, request.context);
    return chain(engine.backend.set(key, entry, request.context), () => true);
  });
}
