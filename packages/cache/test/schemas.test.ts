import { createCache, type ErrorMessage, InvalidValueError, type StandardSchema } from "@hitbox/cache";
import { compose } from "@hitbox/composition";
import { json } from "@hitbox/core";
import { memory, reference } from "@hitbox/memory";
import { type } from "arktype";
import * as v from "valibot";
import { describe, expect, it, vi } from "vitest";
import { z } from "zod";
import { heard } from "./support/heard.ts";
import { sharedStore } from "./support/shared-store.ts";

interface User {
  readonly id: number;
  readonly name: string;
}

const SCHEMAS: readonly (readonly [string, StandardSchema<User>])[] = [
  ["zod", z.object({ id: z.number(), name: z.string() })],
  ["valibot", v.object({ id: v.number(), name: v.string() })],
  ["arktype", type({ id: "number", name: "string" })],
];
const ada: User = { id: 1, name: "Ada" };

describe.each(SCHEMAS)("a schema of %s", (_, schema) => {
  it("lets pass what is right, and has reloaded and reported what is not", async () => {
    const cache = createCache({ backend: memory({ maxEntries: 10 }), ttl: "1m" });
    const plain = cache.entity<unknown>({ prefix: "user" });
    const users = cache.entity({ prefix: "user", schema });
    const errors = heard<ErrorMessage>("error");
    await plain.set(1, ada);
    expect(await users.get(1)).toEqual(ada);
    expect(users.getSync(1)).toEqual(ada);
    await plain.set(1, { id: "1", name: "Ada" });
    expect(await users.get(1)).toBeUndefined();
    expect(await users.has(1)).toBe(false);
    expect(errors[0]).toMatchObject({
      operation: "validate",
      key: "@user.v0:=1",
      error: { name: "InvalidValueError" },
    });
    expect(await users.getOrSet(1, () => ada)).toEqual(ada);
    expect(await users.get(1)).toEqual(ada);
  });

  it("is put to what a loader gives as well: it rejects, and is not stored", async () => {
    const users = createCache({ backend: memory({ maxEntries: 10 }), ttl: "1m" }).entity({
      prefix: "user",
      schema,
    });
    const wrong = { id: "1" } as unknown as User;
    await expect(users.getOrSet(1, () => wrong)).rejects.toThrow(InvalidValueError);
    expect(await users.getOrSet(1, () => ada)).toEqual(ada);
  });
});

describe.each(SCHEMAS)("a value that a schema of %s refuses", (_, schema) => {
  it("is refused when it is set, with the path of the issue, and leaves the old value", async () => {
    const users = createCache({ backend: memory({ maxEntries: 10 }), ttl: "1m" }).entity({
      prefix: "user",
      schema,
    });
    await users.set(1, ada);
    const wrong = { id: 1, name: 5 } as unknown as User;
    const refused = expect.objectContaining({
      name: "InvalidValueError",
      message: expect.stringMatching(/^user\.v0: the value is not valid: value\.name: /),
    });
    await expect(users.set(1, wrong)).rejects.toThrow(refused);
    await expect(
      users.setMany([
        [2, ada],
        [1, wrong],
      ]),
    ).rejects.toThrow(refused);
    expect(await users.getMany([1, 2])).toEqual([ada, undefined]);
  });
});

it("a loader of an entity may find nothing, which no schema is asked about", async () => {
  const cache = createCache({ backend: memory({ maxEntries: 10 }), ttl: "1m" });
  const users = cache.entity({ prefix: "user", schema: SCHEMAS[0]?.[1] as StandardSchema<User> });
  const load = (id: number): User | undefined => (id === 1 ? ada : undefined);
  expect(await users.getOrSet(1, () => load(1))).toEqual(ada);
  expect(await users.getOrSet(2, () => load(2))).toBeUndefined();
});

it("a schema that fails later, or throws, is a miss too", async () => {
  const cache = createCache({ backend: memory({ maxEntries: 10 }), ttl: "1m" });
  await cache.entity<unknown>({ prefix: "user" }).set(1, "no user");
  const later = z.string().refine(async () => false);
  expect(await cache.entity({ prefix: "user", schema: later }).get(1)).toBeUndefined();
  const throwing = z.string().transform(() => {
    throw new Error("broken schema");
  });
  expect(await cache.entity({ prefix: "user", schema: throwing }).get(1)).toBeUndefined();
});

it.each([
  ["frozen values", () => memory({ maxEntries: 10 })],
  ["bytes", () => memory({ maxEntries: 10, format: json() })],
  ["a second tier", () => compose(memory({ maxEntries: 10 }), sharedStore(Date.now))],
])("a miss gives what a hit gives, over %s: the schema's output", async (_, backend) => {
  const schema = z.object({ id: z.coerce.number(), role: z.string().default("user") });
  const users = createCache({ backend: backend(), ttl: "1m" }).entity({ prefix: "user", schema });
  const raw = { id: "7", secret: "x" } as unknown as z.output<typeof schema>;
  const miss = await users.getOrSet(1, () => raw);
  const hit = await users.getOrSet(1, () => raw);
  expect(miss).toEqual({ id: 7, role: "user" });
  expect(hit).toEqual(miss);
  expect(Object.isFrozen(miss)).toBe(Object.isFrozen(hit));
});

it("what a schema makes of a value cannot be changed for others", async () => {
  const schema = z.object({ list: z.array(z.number()) });
  for (const format of [undefined, json(), reference()]) {
    const lists = createCache({ backend: memory({ maxEntries: 10, format }), ttl: "1m" }).entity({
      prefix: "l",
      schema,
    });
    await lists.set(1, { list: [1] });
    for (let time = 0; time < 3; time++) {
      const value = (await lists.get(1)) as { list: number[] };
      expect(value).toEqual({ list: [1] });
      try {
        value.list.push(2);
      } catch {
        // Frozen.
      }
    }
  }
});

it("a schema may make instances of classes, of which every caller has one of its own", async () => {
  class Named {
    readonly name: string;
    constructor(name: string) {
      this.name = name;
    }
  }
  const schema = z.object({ name: z.string() }).transform(({ name }) => new Named(name));
  const named = createCache({ backend: memory({ maxEntries: 10 }), ttl: "1m" }).entity({
    prefix: "n",
    schema,
  });
  const raw = { name: "Ada" } as Named;
  const [miss, hit] = [await named.getOrSet(1, () => raw), await named.getOrSet(1, () => raw)];
  expect(miss).toBeInstanceOf(Named);
  expect(hit).toBeInstanceOf(Named);
  expect(hit).not.toBe(miss);
});

it("a value that no one can change is validated once for all hits", async () => {
  const validate = vi.fn((value: unknown) => ({ value: value as User }));
  const schema: StandardSchema<User> = { "~standard": { version: 1, vendor: "test", validate } };
  const users = createCache({ backend: memory({ maxEntries: 10 }), ttl: "1m" }).entity({
    prefix: "user",
    schema,
  });
  await users.set(1, ada);
  expect(validate).toHaveBeenCalledTimes(1);
  for (let time = 0; time < 100; time++) expect(users.getSync(1)).toEqual(ada);
  expect(validate).toHaveBeenCalledTimes(2);
});

describe("a migration", () => {
  const schema = z.object({ id: z.number(), names: z.array(z.string()) });
  const migrate = (old: unknown, from: number): unknown => {
    if (from === 0) return { ...(old as object), names: [(old as User).name] };
    throw new Error(`version ${from} is unknown`);
  };
  const open = () =>
    createCache({ backend: compose(memory({ maxEntries: 10 }), sharedStore(Date.now)), ttl: "1m" });

  it("makes entries of the version before into ones of this", async () => {
    const cache = open();
    await cache.entity<User>({ prefix: "user" }).set(1, ada);
    const users = cache.entity({ prefix: "user", version: 1, schema, migrate });
    for (let time = 0; time < 2; time++) expect(await users.get(1)).toEqual({ id: 1, names: ["Ada"] });
  });

  it("leaves entries of this version alone", async () => {
    const cache = open();
    const users = cache.entity({ prefix: "user", version: 1, schema, migrate });
    await users.set(1, { id: 1, names: ["Ada", "Byron"] });
    expect(await users.get(1)).toEqual({ id: 1, names: ["Ada", "Byron"] });
  });

  it("that throws, or makes something wrong, has the value loaded anew, and reported", async () => {
    const cache = open();
    const errors = heard<ErrorMessage>("error");
    const options = { prefix: "user", schema, migrate } as const;
    await cache.entity({ ...options, version: 2 }).set(1, { id: 1, names: [] });
    const users = cache.entity({ ...options, version: 3 });
    expect(await users.get(1)).toBeUndefined();
    expect(errors).toMatchObject([{ operation: "validate", error: { message: "version 2 is unknown" } }]);
    expect(await users.getOrSet(1, () => ({ id: 1, names: ["new"] }))).toEqual({ id: 1, names: ["new"] });
  });

  it("does not show new entries to processes of the version before", async () => {
    const cache = open();
    await cache.entity({ prefix: "user", version: 1, schema, migrate }).set(1, { id: 1, names: [] });
    expect(await cache.entity<User>({ prefix: "user" }).get(1)).toBeUndefined();
  });

  it("needs a schema", () => {
    expect(() => open().entity({ prefix: "user", migrate })).toThrow(/^migrate needs a schema/);
  });
});

it("entries of one version are none of another", async () => {
  const cache = createCache({ backend: memory({ maxEntries: 10 }), ttl: "1m" });
  await cache.entity<User>({ prefix: "user", version: 3 }).set(1, ada);
  expect(await cache.entity<User>({ prefix: "user", version: 4 }).get(1)).toBeUndefined();
  expect(await cache.entity<User>({ prefix: "user", version: 3 }).get(1)).toEqual(ada);
});

it("a schema that is none is refused", () => {
  const cache = createCache({ backend: memory({ maxEntries: 10 }), ttl: "1m" });
  expect(() => cache.entity({ prefix: "user", schema: {} as never })).toThrow(
    /^schema must be a Standard Schema/,
  );
  expect(() => cache.entity({ prefix: "user", version: -1 })).toThrow(/^version must be/);
});
