// Compiled by several compilers, and never run: see tools/test/users-types.long.test.ts.
import { createCache, type LoaderContext } from "@hitbox/cache";
import { memory } from "@hitbox/memory";

type Equal<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
declare function is<Expected>(): <Actual>(actual: Actual, proof: Equal<Actual, Expected>) => void;

const cache = createCache({ backend: memory({ maxEntries: 10 }), ttl: "1m" });

export async function arguments_(): Promise<void> {
  const find = cache.wrap(async (id: number, name?: string) => ({ id, name }), {
    ttl: "5m",
    key: (id, name) => {
      is<number>()(id, true);
      is<string | undefined>()(name, true);
      return ["user", { id, name }];
    },
  });
  is<{ id: number; name: string | undefined }>()(await find(1), true);
  is<{ id: number; name: string | undefined }>()(await find(1, "Ada"), true);
  // @ts-expect-error an argument of another type
  await find("1");
  const now = cache.wrap(() => 1, { key: () => "now" });
  is<number>()(await now(), true);
  const all = cache.wrap((...ids: number[]) => ids.length, { key: (...ids) => ids });
  is<number>()(await all(1, 2, 3), true);
}

export async function generics(): Promise<void> {
  const same = cache.wrap(<T extends string>(value: T): T => value, { key: (value) => value });
  is<"a">()(await same("a"), true);
  const first = cache.wrap(async <T>(list: readonly T[]): Promise<T | undefined> => list[0], {
    key: (list) => list,
  });
  is<number | undefined>()(await first([1, 2]), true);
  is<string | undefined>()(await first(["a"]), true);
  // @ts-expect-error the bound of the type parameter is kept
  await same(1);
}

export class Users {
  readonly table: string = "users";

  readonly find = cache.wrap(
    async function (this: Users, id: number) {
      return `${this.table}${id}`;
    },
    {
      key(id) {
        is<Users>()(this, true);
        return [this.table, id];
      },
    },
  );
}

export async function receivers(users: Users): Promise<void> {
  is<string>()(await users.find(1), true);
  is<string>()(await users.find.call(users, 1), true);
  const { find } = users;
  // @ts-expect-error without its receiver
  await find(1);
  // @ts-expect-error with a receiver of another type
  await users.find.call({ table: 1 }, 1);
}

export async function contexts(): Promise<void> {
  const find = cache.wrap(
    async (context, id: number, name?: string) => {
      is<AbortSignal>()(context.signal, true);
      context.setTtl("5m");
      context.setTags(["users"]);
      if (context.hasStale) return context.notModified();
      return { id, name };
    },
    {
      context: "first",
      key: (id, name) => {
        is<number>()(id, true);
        is<string | undefined>()(name, true);
        return ["user", { id, name: name ?? "Ada" }];
      },
    },
  );
  is<{ id: number; name: string | undefined }>()(await find(1), true);
  is<{ id: number; name: string | undefined }>()(await find(1, "Ada"), true);
  // @ts-expect-error an argument of another type
  await find("1");
  // @ts-expect-error callers pass no context
  await find({}, 1);
  const typed = cache.wrap(
    async ({ stale }: LoaderContext<{ etag: string }>, url: string) => ({ etag: stale?.etag ?? url }),
    { context: "first", key: (url) => url, tags: (value, key) => [`${value.etag}${key}`] },
  );
  is<{ etag: string }>()(await typed("/"), true);
  const same = cache.wrap(<T extends string>(_: LoaderContext<unknown>, value: T): T => value, {
    context: "first",
    key: (value) => value,
  });
  is<"a">()(await same("a"), true);
  // @ts-expect-error the bound of the type parameter is kept
  await same(1);
  const all = cache.wrap((_, ...ids: number[]) => ids.length, { context: "first", key: (...ids) => ids });
  is<number>()(await all(1, 2, 3), true);
}

export class Orders {
  readonly table: string = "orders";

  readonly find = cache.wrap(
    async function (this: Orders, { skip }, id: number) {
      if (id === 0) skip();
      return `${this.table}${id}`;
    },
    {
      context: "first",
      key(id) {
        is<Orders>()(this, true);
        return [this.table, id];
      },
    },
  );
}

export async function receiversWithContext(orders: Orders): Promise<void> {
  is<string>()(await orders.find(1), true);
  const { find } = orders;
  // @ts-expect-error without its receiver
  await find(1);
}

// @ts-expect-error the context comes first, or not at all
cache.wrap(() => 1, { key: () => "a", context: "last" });
// @ts-expect-error a key is needed
cache.wrap(() => 1, { ttl: "5m" });
// @ts-expect-error what is no key
cache.wrap(() => 1, { key: () => undefined });
