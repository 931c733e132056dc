import { typedJson } from "@hitbox/core";
import { memory } from "@hitbox/memory";

const ROUND_TRIP_MS = 1;

/**
 * A store that processes share, one millisecond away: bytes in memory, with leases. `changes: "told"` tells
 * its users of changes, as `redis({ coherence: "tracking" })` does. It outlives the caches over it.
 */
export function simulatedRedis(time) {
  const store = memory({ maxEntries: 100_000, format: typedJson(), label: "redis" });
  const listeners = new Set();
  const later = async (run) => {
    await time.wait(ROUND_TRIP_MS);
    return run();
  };
  const told = (key, origin, answer) => {
    for (const listener of listeners) listener.changed([key], origin);
    return answer;
  };
  const write = (key, value, origin) => later(() => told(key, origin, store.write(key, value)));
  const remove = (key, origin) => later(() => told(key, origin, store.remove(key)));
  const writeFenced = (key, value, fence, origin) =>
    later(async () => {
      const isStored = await store.writeFenced(key, value, fence);
      return isStored ? told(key, origin, true) : false;
    });
  const watch = (listener) => {
    listeners.add(listener);
    listener.restored();
    return () => void listeners.delete(listener);
  };
  const { label, keyFormat, valueFormat, compressor, supports } = store;
  return {
    /** A connection of one process. */
    connect: ({ changes }) => ({
      ...{ label, keyFormat, valueFormat, compressor },
      supports: Object.freeze({
        ...supports,
        ...{ shared: true, clear: false, keys: false, watch: changes === "told", readMany: { max: 1_000 } },
      }),
      read: (key) => later(() => store.read(key)),
      readMany: (keys) => later(() => Promise.all(keys.map((key) => store.read(key)))),
      ...{ write, remove, writeFenced },
      lease: (key, ms) => later(() => store.lease(key, ms)),
      releaseLease: (key, fence) => later(() => store.releaseLease(key, fence)),
      ...(changes === "told" ? { watch } : {}),
    }),
  };
}
