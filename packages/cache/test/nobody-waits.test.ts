import { type Cache, type CacheOptions, createCache, type LoadMessage } from "@hitbox/cache";
import { compose } from "@hitbox/composition";
import { type Fault, faulty } from "@hitbox/conformance";
import { type Backend, cacheBackend } from "@hitbox/core";
import { memory } from "@hitbox/memory";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { gate } from "./support/gate.ts";
import { heard } from "./support/heard.ts";
import { sharedStore } from "./support/shared-store.ts";
import { timed } from "./support/timed.ts";

// A lease that nothing was stored under is free again at once, so nobody waits for a load that is not
// running.

beforeEach(() => void vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "Date", "performance"] }));
afterEach(() => void vi.useRealTimers());

interface World {
  readonly here: Cache;
  readonly there: Cache;
  readonly state: { fault: Fault | undefined; of: string };
}

/** Two processes over one store, which fails in the operations that `state` names. */
function world(
  options: Partial<CacheOptions> = {},
  change: (far: Backend<unknown>) => Backend<unknown> = (far) => far,
): World {
  const far = change(sharedStore(Date.now));
  const state: World["state"] = { fault: undefined, of: "writeFenced" };
  const script = (operation: string): Fault | undefined => (operation === state.of ? state.fault : undefined);
  const open = (): Cache => {
    const second = cacheBackend(faulty(far, { script }));
    return createCache({ backend: compose(memory({ maxEntries: 100 }), second), ttl: "1m", ...options });
  };
  return { here: open(), there: open(), state };
}

type Ask = (cache: Cache, load: () => unknown) => Promise<unknown>;

const ASKS: readonly (readonly [string, Ask])[] = [
  ["getOrSet", (cache, load) => cache.getOrSet<unknown>("a", load)],
  ["getOrSetMany", (cache, load) => cache.getOrSetMany<string, unknown>(["a"], async () => [await load()])],
];

const tooLong = (far: Backend<unknown>): Backend<unknown> => ({
  ...far,
  supports: { ...far.supports, maxValueBytes: 100 },
});

describe.each(ASKS)(
  "%s of a value that is not stored takes no longer the second time, or elsewhere",
  (_, ask) => {
    async function takesNoTime({ here, there }: World, load: () => unknown): Promise<void> {
      for (const cache of [here, here, there, here]) {
        const { ms } = await timed(ask(cache, load));
        expect(ms).toBeLessThanOrEqual(20);
      }
    }

    it("it keeps nobody waiting if its format cannot keep it", () =>
      takesNoTime(world(), () => ({ at: new Date(5) })));

    it("it keeps nobody waiting if it is too large", () =>
      takesNoTime(world({}, tooLong), () => "x".repeat(1_000)));

    it("it keeps nobody waiting if the store refuses to store it", async () => {
      const { state, ...rest } = world();
      state.fault = { fail: "too-large" };
      await takesNoTime({ state, ...rest }, () => 1);
    });

    it("it keeps nobody waiting if the store fails", async () => {
      const { state, ...rest } = world();
      state.fault = { fail: "connection" };
      await takesNoTime({ state, ...rest }, () => 1);
    });

    it("it keeps nobody waiting if the loader throws", () =>
      takesNoTime(world({ staleIfError: "1h" }), () => Promise.reject(new Error("upstream"))).catch((error) =>
        expect(error).toMatchObject({ message: "upstream" }),
      ));

    it("it keeps nobody waiting if its ttl is 0", () => takesNoTime(world({ ttl: 0 }), () => 1));

    it("it keeps nobody waiting if its lease is not to be had", async () => {
      const { state, ...rest } = world();
      Object.assign(state, { of: "lease", fault: { fail: "connection" } });
      await takesNoTime({ state, ...rest }, () => 1);
    });

    it("if its load takes longer than its ttl, but for that load", async () => {
      const { here, there } = world({ ttl: 100 });
      const load = (): Promise<number> => new Promise((resolve) => setTimeout(resolve, 150, 1));
      for (const cache of [here, here, there, here]) {
        const { ms } = await timed(ask(cache, load));
        expect(ms).toBeLessThanOrEqual(180);
      }
    });
  },
);

it("a lease is free for others once the last caller has gone away, though the loader goes on", async () => {
  const { here, there } = world();
  const caller = new AbortController();
  const left = here.getOrSet("a", () => new Promise<number>(() => {}), { signal: caller.signal });
  left.catch(() => {});
  await timed(here.get("other"));
  caller.abort();
  const { ms, result } = await timed(there.getOrSet("a", () => 2));
  expect(result).toBe(2);
  expect(ms).toBeLessThanOrEqual(40);
});

it("a lease is free for others after hardTimeout, though the loader goes on", async () => {
  const { here, there } = world({ hardTimeout: 200, lease: "1m" });
  const stuck = timed(here.getOrSet("a", () => new Promise<number>(() => {})));
  await expect(stuck).rejects.toMatchObject({ name: "TimeoutError" });
  const { ms, result } = await timed(there.getOrSet("a", () => 2));
  expect(result).toBe(2);
  expect(ms).toBeLessThanOrEqual(20);
});

it("a lease is free for others after a close", async () => {
  const { here, there } = world();
  const stuck = here.getOrSet("a", () => new Promise<number>(() => {}));
  stuck.catch(() => {});
  await timed(here.get("other"));
  // Its own backend only: the store stays open for the other.
  await timed(here.close().catch(() => {}));
  expect((await timed(there.getOrSet("a", () => 2))).ms).toBeLessThanOrEqual(20);
});

it("a load that a delete elsewhere has outdated keeps no lease", async () => {
  const { here, there } = world();
  const loading = gate<number>();
  const answer = here.getOrSet("a", () => loading.opened);
  await timed(here.get("other"));
  await timed(there.delete("a"));
  loading.open(1);
  const loads = heard<LoadMessage>("load");
  expect((await timed(answer)).result).toBe(1);
  expect(loads).toMatchObject([{ outcome: "outdated" }]);
  expect((await timed(there.getOrSet("a", () => 2))).ms).toBeLessThanOrEqual(20);
});

it("a load that is skipped keeps no lease", async () => {
  const { here, there } = world();
  await timed(
    here.getOrSet<number>("a", ({ skip }) => {
      skip();
      return 1;
    }),
  );
  expect((await timed(there.getOrSet("a", () => 2))).ms).toBeLessThanOrEqual(20);
});
