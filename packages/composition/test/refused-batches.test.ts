import { BackendError, cacheBackend, cacheValue, json } from "@hitbox/core";
import { memory } from "@hitbox/memory";
import { describe, expect, onTestFinished, test, vi } from "vitest";
import { compose } from "../src/index.ts";
import { tier } from "./support/tier.ts";

// A batch that fails in part leaves no rejection that ends the process.

function unheardRejections(): ReturnType<typeof vi.fn> {
  const unheard = vi.fn();
  process.on("unhandledRejection", unheard);
  onTestFinished(() => void process.off("unhandledRejection", unheard));
  return unheard;
}

const turns = async (): Promise<void> => {
  for (let turn = 0; turn < 50; turn++) await new Promise((resolve) => setImmediate(resolve));
};

/** What a caller is told who catches everything, at once or later. */
async function failure(run: () => unknown): Promise<unknown> {
  try {
    return await run();
  } catch (error) {
    return error;
  }
}

const value = () => cacheValue(1);
const expired = () => cacheValue(1, { createdAt: Date.now() - 10_000, ttl: 1 });
const unserializable = () => cacheValue({ run: () => 1 });

function down(answers: "now" | "later") {
  const store = tier("down", { answers });
  for (const operation of ["read", "write", "remove"] as const) store.failing.add(operation);
  return store;
}

describe.each(["now", "later"] as const)("over stores that answer %s, a batch", (answers) => {
  test.each(["optimistic", "sequential", "race", "l2-first", "write-behind"] as const)(
    "with an empty key is the caller's TypeError, and nothing else: write policy %s",
    async (write) => {
      const unheard = unheardRejections();
      const stores = [tier("l1", { answers }), tier("l2", { answers })] as const;
      const backend = compose(...stores, { write });
      const told = await failure(() =>
        backend.setMany([
          ["a", value()],
          ["", value()],
        ]),
      );
      expect(told).toBeInstanceOf(TypeError);
      expect(await failure(() => backend.getMany(["a", ""]))).toBeInstanceOf(TypeError);
      expect(await failure(() => backend.deleteMany(["a", ""]))).toBeInstanceOf(TypeError);
      await turns();
      expect(stores.map(({ entries }) => entries.size)).toEqual([0, 0]);
      await backend.close();
      await turns();
      expect(unheard).not.toHaveBeenCalled();
    },
  );

  test("to a store that is down, with an expired value and one that has no form, fails once", async () => {
    const unheard = unheardRejections();
    const store = { ...down(answers), valueFormat: json() } as ReturnType<typeof tier>;
    for (const backend of [cacheBackend(store), compose(memory({ maxEntries: 10 }), store)]) {
      const told = await failure(() =>
        backend.setMany([
          ["x", expired()],
          ["y", unserializable()],
          ["z", value()],
        ]),
      );
      expect(told).toBeInstanceOf(BackendError);
      await turns();
    }
    expect(unheard).not.toHaveBeenCalled();
  });

  test("to a store that is down fails once, with an expired value first or last", async () => {
    const unheard = unheardRejections();
    const backend = cacheBackend(down(answers));
    const orders = [
      [expired(), value()],
      [value(), expired(), value()],
      [expired(), expired()],
    ];
    for (const values of orders) {
      const entries = values.map((one, index) => [`k${index}`, one] as const);
      expect(await failure(() => backend.setMany(entries))).toBeInstanceOf(BackendError);
      await turns();
    }
    expect(unheard).not.toHaveBeenCalled();
  });
});
