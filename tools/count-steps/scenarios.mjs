import { remoteStore } from "./remote-store.mjs";

/** The last round is counted: whatever is done once only has been done by then. */
const ROUNDS = 20;

/** The operations to count, by name. Each function prepares a stack, and resolves with the operation. */
export const SCENARIOS = {
  "hit in L1": async ({ cache }, key) => {
    await cache.set(key, "value");
    return () => cache.getOrSet(key, load);
  },
  "hit in L1 with a tag": async ({ cache }, key) => {
    await cache.set(key, "value", { tags: ["tag"] });
    return () => cache.getOrSet(key, load, { tags: ["tag"] });
  },
  "hit in L2 with a refill": async ({ cache, near }, key) => {
    await cache.set(key, "value");
    await near.clear();
    return () => cache.getOrSet(key, load);
  },
  "miss under a lease":
    async ({ cache }, key) =>
    () =>
      cache.getOrSet(key, load),
};

const load = async () => "value";

/** Counts each scenario. `packages` are the built cache, composition, core and memory. */
export async function countAll(packages, counter) {
  const counts = {};
  for (const [name, prepare] of Object.entries(SCENARIOS)) {
    for (let round = 0; round < ROUNDS; round++) {
      const stack = stackOf(packages);
      const operation = await prepare(stack, `key ${round}`);
      await settled();
      counts[name] = await counter.during(async () => {
        await operation();
        await settled();
      });
      await stack.cache.close();
    }
  }
  return counts;
}

/** The front page's stack: a cache over memory over a server. */
function stackOf({ cache, composition, core, memory }) {
  const near = memory.memory({ maxEntries: 100 });
  const backend = composition.compose(near, remoteStore(core));
  return { near, cache: cache.createCache({ backend, ttl: "1h" }) };
}

/** Waits for the background, which counts too: a refill, the release of a lease. */
async function settled() {
  for (let turn = 0; turn < 5; turn++) await new Promise((resolve) => setImmediate(resolve));
}
