import { createCache, type Entity } from "@hitbox/cache";
import { memory } from "@hitbox/memory";
import { expectTypeOf, it } from "vitest";
import { z } from "zod";

interface User {
  readonly id: number;
  readonly name: string;
}

const cache = createCache({ backend: memory({ maxEntries: 10 }), ttl: "1m" });
const ada: User = { id: 1, name: "Ada" };

it("getOrSet is of the loader's type", async () => {
  expectTypeOf(await cache.getOrSet("a", async () => ada)).toEqualTypeOf<User>();
  expectTypeOf(await cache.getOrSet("b", () => 1)).toEqualTypeOf<number>();
  expectTypeOf(await cache.getOrSet("c", (): User | undefined => undefined)).toEqualTypeOf<
    User | undefined
  >();
  expectTypeOf(cache.get<User>).returns.resolves.toEqualTypeOf<User | undefined>();
  expectTypeOf(cache.getSync<User>).returns.toEqualTypeOf<User | undefined>();
});

it("getOrSetMany tells the loader the type of its keys", async () => {
  const ids: number[] = [1, 2];
  const answers = await cache.getOrSetMany(ids, async (keys) => {
    expectTypeOf(keys).toEqualTypeOf<readonly number[]>();
    return keys.map(String);
  });
  expectTypeOf(answers).toEqualTypeOf<(string | undefined)[]>();
});

it("wrap keeps arguments and result", async () => {
  const find = cache.wrap(async (id: number, name?: string) => ({ id, name }), {
    key: (id, name) => {
      expectTypeOf(id).toEqualTypeOf<number>();
      expectTypeOf(name).toEqualTypeOf<string | undefined>();
      return ["user", { id, name }];
    },
  });
  expectTypeOf(find).parameters.toEqualTypeOf<[id: number, name?: string | undefined]>();
  expectTypeOf(find).returns.resolves.toEqualTypeOf<{ id: number; name: string | undefined }>();
});

it("an entity is typed by its schema, or by what it is said to be", async () => {
  const bySchema = cache.entity({ prefix: "user", schema: z.object({ id: z.number(), name: z.string() }) });
  expectTypeOf(await bySchema.get("x")).toEqualTypeOf<{ id: number; name: string } | undefined>();
  const byName = cache.entity<User, { id: number }>({ prefix: "user" });
  expectTypeOf(byName).toEqualTypeOf<Entity<{ id: number }, User>>();
  expectTypeOf(await byName.getOrSet({ id: 1 }, () => ada)).toEqualTypeOf<User>();
  const mayMiss = async (): Promise<User | undefined> => undefined;
  expectTypeOf(await byName.getOrSet({ id: 2 }, mayMiss)).toEqualTypeOf<User | undefined>();
  expectTypeOf((await byName.lookup({ id: 2 }, mayMiss)).value).toEqualTypeOf<User | undefined>();
  expectTypeOf(byName.get).parameter(0).toEqualTypeOf<{ id: number }>();
  expectTypeOf(byName.set).parameter(1).toEqualTypeOf<User>();
  // @ts-expect-error a key of another shape
  await byName.get({ name: "Ada" });
  // @ts-expect-error a value of another shape
  await byName.set({ id: 1 }, { id: 1 });
});

it("durations are numbers, or numbers with a unit", () => {
  void cache.getOrSet("a", () => 1, { ttl: "5m", staleIfError: 10 });
  // A duration from configuration is a string: a wrong one is an error when it runs.
  void cache.getOrSet("a", () => 1, { ttl: "5" }).catch(() => {});
});
