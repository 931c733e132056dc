// Compiled by several compilers, and never run: see tools/test/users-types.long.test.ts.
import { createCache, type Entity, InvalidValueError, type Lookup, type StandardSchema } from "@hitbox/cache";
import { memory } from "@hitbox/memory";
import * as v from "valibot";

type Equal<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
declare function is<Expected>(): <Actual>(actual: Actual, proof: Equal<Actual, Expected>) => void;

interface User {
  readonly id: number;
  readonly name: string;
}
declare const ada: User;
declare const schema: StandardSchema<User>;

const cache = createCache({ backend: memory({ maxEntries: 10 }), ttl: "1m" });

export async function bySchema(): Promise<void> {
  const users = cache.entity({
    prefix: "user",
    version: 2,
    schema,
    migrate: (old, version) => [old, version],
  });
  is<User | undefined>()(await users.get("a"), true);
  is<User | undefined>()(users.getSync("a"), true);
  is<(User | undefined)[]>()(await users.getMany(["a", 2]), true);
  is<Lookup<User>>()(await users.lookup("a"), true);
  is<User>()(
    await users.getOrSet("a", ({ stale, setTtl }) => {
      is<User | undefined>()(stale, true);
      setTtl("1s");
      return ada;
    }),
    true,
  );
  is<User | undefined>()(await users.getOrSet("a", () => (Math.random() > 2 ? ada : undefined)), true);
  is<(User | undefined)[]>()(await users.getOrSetMany(["a"], (keys) => keys.map(() => ada)), true);
  await users.setMany([["a", ada]]);
  // @ts-expect-error a value of another shape
  await users.set("a", { id: 1 });
  // @ts-expect-error a loader of another shape
  await users.getOrSet("a", () => 1);
}

export async function byLibrary(): Promise<void> {
  const byValibot = cache.entity({ prefix: "v", schema: v.object({ id: v.number() }) });
  is<{ id: number } | undefined>()(await byValibot.get("a"), true);
}

export async function byName(): Promise<void> {
  const users = cache
    .namespace("acme")
    .entity<User, { id: number }>({ prefix: "user", ttl: "1h", tags: ["user"] });
  is<Entity<{ id: number }, User>>()(users, true);
  is<boolean>()(await users.has({ id: 1 }), true);
  is<boolean>()(await users.delete({ id: 1 }), true);
  is<boolean[]>()(await users.deleteMany([{ id: 1 }]), true);
  is<boolean>()(await users.expire({ id: 1 }), true);
  is<boolean>()(await users.touch({ id: 1 }, "1h"), true);
  // @ts-expect-error a key of another shape
  await users.get("a");
  // @ts-expect-error a prefix is needed
  cache.entity<User>({ ttl: "1h" });
}

export function issues(error: unknown): readonly { readonly message: string }[] {
  return error instanceof InvalidValueError ? error.issues : [];
}
