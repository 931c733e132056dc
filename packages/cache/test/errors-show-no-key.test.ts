import { inspect } from "node:util";
import { createCache, type StandardSchema } from "@hitbox/cache";
import { memory } from "@hitbox/memory";
import { expect, it } from "vitest";

const KEY = "a-secret";
const NEVER = new Promise<never>(() => {});

const schema: StandardSchema<string> = {
  "~standard": { version: 1, vendor: "test", validate: () => ({ issues: [{ message: "is wrong" }] }) },
};

const open = () => createCache({ backend: memory({ maxEntries: 10 }), ttl: "1m" });

const FAILURES: Readonly<Record<string, () => Promise<unknown>>> = {
  NotCachedError: () => open().getOrSet(KEY, () => 1, { mode: "only-if-cached" }),
  NothingToKeepError: () => open().getOrSet(KEY, ({ notModified }) => notModified()),
  TimeoutError: () => open().getOrSet(KEY, () => NEVER, { hardTimeout: 1 }),
  "TimeoutError of several keys": () => open().getOrSetMany([KEY, "b"], () => NEVER, { hardTimeout: 1 }),
  InvalidValueError: () => open().entity<string, string>({ prefix: "user", schema }).set(KEY, "value"),
  "InvalidValueError of a load": () => {
    const users = open().entity<string, string>({ prefix: "user", schema });
    return users.getOrSet(KEY, () => "value");
  },
  LoadManyError: () => open().getOrSetMany<string, number>([KEY, "b"], () => [new Error("down"), 1]),
};

const reasonOf = async (call: () => Promise<unknown>): Promise<unknown> =>
  call().then(
    () => undefined,
    (reason: unknown) => reason,
  );

it.each(Object.keys(FAILURES))("%s is logged without the key", async (name) => {
  const error = await reasonOf(FAILURES[name] as () => Promise<unknown>);
  expect(error).toMatchObject({ name: name.split(" ")[0] });
  expect(inspect(error, { depth: 9, showHidden: true })).not.toContain(KEY);
  expect(JSON.stringify(error)).not.toContain(KEY);
});

it("an error tells the entity, and gives the key to those who ask for it", async () => {
  const users = open().entity<string, string>({ prefix: "user" });
  const missing = await reasonOf(() => users.getOrSet(KEY, () => "value", { mode: "only-if-cached" }));
  expect(missing).toMatchObject({ key: `@user.v0:${KEY}`, message: expect.stringMatching(/^user\.v0: /) });
});
