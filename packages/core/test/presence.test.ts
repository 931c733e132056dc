import { BackendError, type BackendWarning, cacheBackend, cacheValue, delegateTo } from "@hitbox/core";
import { describe, expect, it, vi } from "vitest";
import { mapBackend } from "./support/map-backend.ts";

/** A store that fails as it is told to, and the warnings that it gives. */
function failing(answers: "now" | "later" = "later") {
  const warned: BackendWarning[] = [];
  const failed: BackendError[] = [];
  let now = 1_700_000_000_000;
  const store = mapBackend({
    answers,
    onWarning: (warning) => void warned.push(warning),
    onError: (error) => void failed.push(error),
  });
  const backend = cacheBackend(delegateTo(store), { now: () => now });
  return {
    backend,
    warned,
    failed,
    fail(error: Error | undefined): void {
      store.before = () => {
        if (error) throw error;
      };
    },
    async read(times: number): Promise<void> {
      for (let time = 0; time < times; time++) await (async () => backend.get("key"))().catch(() => {});
    },
    async write(): Promise<void> {
      await (async () => backend.set("key", cacheValue(1)))().catch(() => {});
    },
    pass(ms: number): void {
      now += ms;
    },
  };
}

const away = new BackendError("connection", "connect ECONNREFUSED redis://me:sesame@10.0.0.1:6379");

describe("a store that goes away", () => {
  it("is told of once, with tier and cause and no password, and once when it is back", async () => {
    const store = failing();
    await store.read(2);
    expect(store.warned).toEqual([]);
    store.fail(away);
    await store.read(5);
    expect(store.warned).toEqual([
      {
        backend: "map",
        code: "HITBOX_TIER_AWAY",
        message:
          "map is away, and the cache goes on without it. " +
          "map: read: connect ECONNREFUSED redis://***@10.0.0.1:6379",
      },
    ]);
    store.pass(90_000);
    store.fail(undefined);
    await store.read(3);
    expect(store.warned.slice(1)).toEqual([
      { backend: "map", code: "HITBOX_TIER_BACK", message: "map is back, after 90 s" },
    ]);
  });

  it.each(["timeout", "unavailable", "internal"] as const)(
    "counts as away after three failures of kind %s in a row",
    async (code) => {
      const store = failing();
      for (let round = 0; round < 3; round++) {
        store.fail(new BackendError(code, "no answer"));
        await store.read(2);
        store.fail(undefined);
        await store.read(1);
      }
      expect(store.warned).toEqual([]);
      store.fail(new BackendError(code, "no answer"));
      await store.read(3);
      expect(store.warned).toHaveLength(1);
    },
  );

  it("is told of every 30 seconds at most if it comes and goes", async () => {
    const store = failing();
    for (let round = 0; round < 10; round++) {
      store.fail(away);
      await store.read(1);
      store.fail(undefined);
      await store.read(1);
    }
    expect(store.warned).toHaveLength(2);
    store.pass(30_000);
    store.fail(away);
    await store.read(1);
    expect(store.warned).toHaveLength(3);
  });

  it("is back with a write if it answers at once", async () => {
    const store = failing("now");
    store.fail(away);
    await store.read(1);
    store.fail(undefined);
    await store.write();
    expect(store.warned.map(({ code }) => code)).toEqual(["HITBOX_TIER_AWAY", "HITBOX_TIER_BACK"]);
  });

  it("is told of by a warning of the process, unless `onWarning` takes it", async () => {
    const emit = vi.spyOn(process, "emitWarning").mockImplementation(() => {});
    const store = mapBackend();
    store.before = () => {
      throw away;
    };
    expect(() => cacheBackend(store).get("key")).toThrow(BackendError);
    expect(emit).toHaveBeenCalledExactlyOnceWith(
      expect.stringMatching(/^map is away, and the cache goes on without it/),
      { type: "HitboxWarning", code: "HITBOX_TIER_AWAY" },
    );
    emit.mockRestore();
  });
});

describe("onError", () => {
  it("hears of every failed operation, and decides about none", async () => {
    const store = failing();
    store.fail(away);
    await store.read(2);
    await store.write();
    expect(store.failed.map(({ code, message }) => `${code} ${message.split(" ")[1]}`)).toEqual([
      "connection read:",
      "connection read:",
      "connection write:",
    ]);
    const throwing = mapBackend({
      onWarning: () => {
        throw new Error("the listener's own");
      },
      onError: () => {
        throw new Error("the listener's own");
      },
    });
    throwing.before = () => {
      throw away;
    };
    expect(() => cacheBackend(throwing).get("key")).toThrow(/ECONNREFUSED/);
  });
});
