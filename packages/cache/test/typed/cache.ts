// Compiled by several compilers, and never run: see tools/test/users-types.long.test.ts.
import { type Cache, createCache, type Lookup } from "@hitbox/cache";
import { memory } from "@hitbox/memory";

type Equal<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
declare function is<Expected>(): <Actual>(actual: Actual, proof: Equal<Actual, Expected>) => void;

interface User {
  readonly id: number;
  readonly name: string;
}
declare const ada: User;
declare const configured: { readonly ttl: string; readonly tags: string[]; readonly isOn: boolean };

const cache = createCache({ backend: memory({ maxEntries: 10 }), ttl: configured.ttl });
is<Cache>()(cache, true);

export async function reads(): Promise<void> {
  is<User | undefined>()(await cache.get<User>("a"), true);
  is<User | undefined>()(cache.getSync<User>("a"), true);
  is<(User | undefined)[]>()(await cache.getMany<User>(["a", ["b", { id: 1 }], 2, 3n, null, true]), true);
  is<boolean>()(await cache.has("a"), true);
  is<Lookup<User>>()(await cache.lookup<User>("a"), true);
  is<unknown>()(await cache.get("a"), true);
  // @ts-expect-error undefined is no key
  await cache.get(undefined);
  // @ts-expect-error a symbol is no key
  await cache.get(Symbol("a"));
}

export async function loads(): Promise<void> {
  is<number>()(await cache.getOrSet("a", () => 1), true);
  is<number>()(await cache.getOrSet("a", async () => 1), true);
  is<User>()(await cache.getOrSet("a", async () => ada, { ttl: configured.ttl }), true);
  is<User | undefined>()(await cache.getOrSet("a", (): User | undefined => undefined), true);
  const inferred = await cache.getOrSet("a", async ({ setTtl, setTags, skip, signal }) => {
    setTtl("1s");
    setTtl(configured.ttl);
    setTags(configured.tags);
    is<AbortSignal>()(signal, true);
    if (configured.isOn) skip();
    return 1;
  });
  is<number>()(inferred, true);
  is<User>()(await cache.getOrSet<User>("a", ({ stale }) => stale ?? ada), true);
  is<User>()(
    await cache.getOrSet("a", (context) => {
      context.setTtl(5);
      return ada;
    }),
    true,
  );
  // @ts-expect-error an option that there is not
  await cache.getOrSet("a", () => 1, { tll: "5m" });
  // @ts-expect-error a value is no loader
  await cache.getOrSet("a", 1);
}

export async function many(): Promise<void> {
  const ids: readonly number[] = [1, 2];
  const names = await cache.getOrSetMany(ids, async (missing, { signal }) => {
    is<readonly number[]>()(missing, true);
    is<AbortSignal>()(signal, true);
    return missing.map(String);
  });
  is<(string | undefined)[]>()(names, true);
  is<(number | undefined)[]>()(
    await cache.getOrSetMany(["a"], (keys) => keys.map(() => undefined as number | undefined)),
    true,
  );
  const pairs = [
    ["a", 1],
    ["b", 2],
  ] as const;
  await cache.getOrSetMany(pairs, (missing) => missing.map(([name, id]) => `${name}${id.toFixed()}`), {
    ttl: 1,
  });
  // @ts-expect-error one value in place of a list
  await cache.getOrSetMany(["a"], () => 1);
}

export async function changes(): Promise<void> {
  is<void>()(await cache.set("a", ada, { ttl: configured.ttl, tags: configured.tags, jitter: 0.1 }), true);
  is<void>()(
    await cache.setMany(
      [
        ["a", ada],
        [["b", 1], ada],
      ],
      { staleIfError: "1h" },
    ),
    true,
  );
  is<boolean>()(await cache.delete("a"), true);
  is<boolean[]>()(await cache.deleteMany(["a", { id: 1 }]), true);
  is<number | undefined>()(await cache.take<number>("a"), true);
  is<(number | undefined)[]>()(await cache.takeMany<number>(["a", { id: 1 }]), true);
  await cache.set("a", ada, { timeToIdle: "30m" });
  await cache.getOrSet("a", () => ada, { timeToIdle: configured.ttl });
  // @ts-expect-error a duration is no list
  await cache.set("a", ada, { timeToIdle: [] });
  is<boolean>()(await cache.expire("a"), true);
  is<boolean[]>()(await cache.expireMany(["a", { id: 1 }]), true);
  is<boolean>()(await cache.touch("a"), true);
  is<boolean[]>()(await cache.touchMany(["a", { id: 1 }], configured.ttl), true);
  // @ts-expect-error a life is a duration
  await cache.touch("a", { ttl: 1 });
  is<void>()(await cache.expireTags(configured.tags), true);
  is<void>()(await cache.invalidateTags(configured.tags), true);
  is<void>()(await cache.clear(), true);
  // @ts-expect-error an option of a load is none of a set
  await cache.set("a", 1, { hardTimeout: "1s" });
  is<void>()(await cache.close(), true);
}

export async function spaces(): Promise<void> {
  is<Cache>()(cache.namespace("acme"), true);
  is<Cache>()(cache.namespace("acme", { clear: configured.isOn }).namespace("inner"), true);
  is<number>()(
    await cache.namespace("acme").getOrSet("a", ({ setTtl }) => {
      setTtl("1s");
      return 1;
    }),
    true,
  );
  // @ts-expect-error clear is true or false
  cache.namespace("acme", { clear: "yes" });
  await using disposed = cache;
  is<Cache>()(disposed, true);
}

// @ts-expect-error a cache needs a ttl
createCache({ backend: memory({ maxEntries: 10 }) });
// @ts-expect-error a cache needs a backend
createCache({ ttl: "1m" });
createCache({ backend: memory({ maxEntries: 10 }), ttl: 5, refreshAhead: "adaptive" });
// @ts-expect-error no such way of refreshing
createCache({ backend: memory({ maxEntries: 10 }), ttl: 5, refreshAhead: "early" });
createCache({
  ...{
    backend: memory({ maxEntries: 10 }),
    ttl: 5,
    staleWhileRevalidate: "1h",
    refreshAhead: 0.8,
    lease: false,
  },
  ...{ softTimeout: "1s", hardTimeout: configured.ttl, maxTags: 3, maxKeyBytes: 100, closeTimeout: "5s" },
  ...{
    tags: configured.tags,
    onBackendError: "throw",
    notFoundTtl: undefined,
    now: () => 1,
    random: () => 0,
  },
});
