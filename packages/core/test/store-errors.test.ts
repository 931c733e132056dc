import { inspect } from "node:util";
import { BackendError, cacheBackend, cacheValue, type Store, storeBackend } from "@hitbox/core";
import { describe, expect, it } from "vitest";

const SECRETS = ["key-of-a-customer", "value-of-a-customer", "hunter2"];

/** A store whose every call throws `error`, at once or by a promise. */
function failing(error: unknown, how: "at once" | "later"): Store {
  const fail = (): never | Promise<never> => {
    if (how === "later") return Promise.reject(error);
    throw error;
  };
  return {
    ...{ label: "store", shared: true, persistent: true, expiry: "none" },
    ...{ get: fail, set: fail, delete: fail, getMany: fail, setMany: fail, clear: fail, list: fail },
    ...{ getVersion: fail, compareAndSet: fail },
  };
}

/** An error as clients make them: with the statement, its values and the connection. */
function clientsError(): Error {
  const cause = Object.assign(new Error("refused postgres://me:hunter2@host/shop"), { password: "hunter2" });
  return Object.assign(new TypeError("row refused", { cause }), {
    ...{ code: "23514", detail: "Failing row contains (key-of-a-customer, value-of-a-customer)" },
    ...{ parameters: [Buffer.from("value-of-a-customer")], sql: "SET 'key-of-a-customer'" },
  });
}

async function failureOf(run: () => unknown): Promise<BackendError> {
  try {
    await run();
  } catch (error) {
    if (BackendError.is(error)) return error;
  }
  throw new Error("expected a BackendError");
}

describe.each(["at once", "later"] as const)("an error that a store throws %s", (how) => {
  const open = (error: unknown) => cacheBackend(storeBackend(failing(error, how)));

  it("has a copy as its cause, without key, value and password", async () => {
    const tier = open(clientsError());
    for (const run of [
      () => tier.get("k"),
      () => tier.getMany(["k", "l"]),
      () => tier.set("k", cacheValue(1)),
      () => tier.setMany([["k", cacheValue(1)]]),
      () => tier.delete("k"),
      () => tier.deleteMany(["k", "l"]),
      () => tier.lease("k", 1_000),
      () => tier.clear(),
      () => tier.keys()[Symbol.asyncIterator]().next(),
    ]) {
      const error = await failureOf(run);
      const shown = inspect(error, { depth: 20, showHidden: true }) + JSON.stringify(error);
      const bytes = SECRETS.map((secret) =>
        Buffer.from(secret)
          .toString("hex")
          .replace(/(..)(?!$)/g, "$1 "),
      );
      for (const secret of [...SECRETS, ...bytes]) expect(shown).not.toContain(secret);
      expect(error.cause).toMatchObject({ name: "TypeError", message: "row refused", code: "23514" });
      expect((error.cause as Error).stack).toContain("    at ");
    }
  });

  it("shows no control characters of a server, and 500 characters at most", async () => {
    const { message, cause } = await failureOf(() =>
      open(new Error(`bad\u001b[2J\r\n\u009b31m\u202e${"x".repeat(10_000)}`)).get("k"),
    );
    for (const text of [message, (cause as Error).message]) {
      expect(text).toMatch(/bad \[2J 31m x{400}/);
      expect(text.length).toBeLessThan(550);
    }
  });

  it("keeps the kind of a BackendError, and makes its cause safe", async () => {
    const given = new BackendError("too-large", "over\u001b[2J", { cause: clientsError(), retryable: true });
    const error = await failureOf(() => open(given).get("k"));
    expect(error).toMatchObject({ code: "too-large", retryable: true, message: "store: read: over [2J" });
    expect(inspect(error, { depth: 20, showHidden: true })).not.toContain("customer");
  });

  it("says why none of the addresses of a name has answered", async () => {
    const refused = Object.assign(new Error("connect ECONNREFUSED ::1:1"), { code: "ECONNREFUSED" });
    const all = Object.assign(new AggregateError([refused], ""), { code: "ECONNREFUSED" });
    expect(await failureOf(() => open(all).get("k"))).toMatchObject({
      code: "connection",
      message: "store: read: connect ECONNREFUSED ::1:1",
    });
  });
});

it.each([["a text"], [""], [42], [null], [{}]])(
  "a store that holds %j instead of bytes has a corrupt entry, which can be deleted and replaced",
  async (held) => {
    let kept: unknown = held;
    const store = {
      ...{ label: "store", shared: true, persistent: true, expiry: "none" },
      get: () => kept as Uint8Array,
      set(_: string, bytes: Uint8Array) {
        kept = bytes;
      },
      delete: () => {
        kept = undefined;
      },
      getVersion: () => ({ bytes: kept as Uint8Array, version: 1 }),
      compareAndSet: () => true,
    } as const satisfies Store;
    const tier = cacheBackend(storeBackend(store));
    expect((await failureOf(() => tier.get("k"))).code).toBe("corrupt");
    expect((await failureOf(() => tier.lease("k", 1_000))).code).toBe("corrupt");
    expect((await failureOf(() => tier.getMany(["k", "l"]))).code).toBe("corrupt");
    expect(await tier.delete("k")).toMatchObject({ status: "deleted" });
    await tier.set("k", cacheValue("v"));
    expect((await tier.get<string>("k"))?.data).toBe("v");
  },
);

it.each(["corrupt", "too-large"] as const)(
  "an entry whose read fails with %s can be deleted",
  async (code) => {
    const deleted: string[] = [];
    const store: Store = {
      ...{ label: "store", shared: true, persistent: true, expiry: "none" },
      get: () => Promise.reject(new BackendError(code, "not read")),
      set: () => undefined,
      delete: (key) => deleted.push(key),
    };
    const tier = cacheBackend(storeBackend(store));
    expect(await tier.delete("k")).toMatchObject({ status: "deleted" });
    expect((await tier.deleteMany(["l", "m"])).map(({ status }) => status)).toEqual(["deleted", "deleted"]);
    expect(deleted).toEqual(["k", "l", "m"]);
  },
);
