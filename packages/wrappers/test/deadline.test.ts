import { MessageChannel } from "node:worker_threads";
import { faulty } from "@hitbox/conformance";
import { BackendError, cacheBackend } from "@hitbox/core";
import { redis } from "@hitbox/redis";
import { startRedis } from "@hitbox/test-servers";
import { afterEach, beforeEach, describe, expect, it, test, vi } from "vitest";
import { type DeadlineOptions, deadline } from "../src/index.ts";
import { bytes, codeOf, entry, textOf, withBatches } from "./support.ts";

test("a store that answers nothing is asked no more after 10,000 late operations", async () => {
  const most = 10_000;
  const store = faulty(bytes(), { script: Array.from({ length: most }, () => "hang" as const) });
  const limited = deadline(store, { after: 1 });
  const reads = Array.from({ length: most }, (_, index) => codeOf(() => limited.read(`key ${index}`)));
  expect(new Set(await Promise.all(reads))).toEqual(new Set(["timeout"]));
  expect(await codeOf(() => limited.write("key", entry("value")))).toBe("unavailable");
  store.release();
  await new Promise(setImmediate);
  await limited.write("key", entry("value"));
  expect(textOf(await limited.read("key"))).toBe("value");
});

describe("an operation with a deadline", () => {
  beforeEach(() => {
    vi.useFakeTimers();
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  it("fails with a retryable timeout when the milliseconds have passed, and not before", async () => {
    const limited = deadline(faulty(bytes(), { script: ["hang"] }), { after: 50 });
    let failed: unknown;
    void Promise.resolve(limited.read("key")).catch((error: unknown) => {
      failed = error;
    });
    await vi.advanceTimersByTimeAsync(49);
    expect(failed).toBeUndefined();
    await vi.advanceTimersByTimeAsync(2);
    expect(BackendError.is(failed)).toBe(true);
    expect(failed).toMatchObject({ code: "timeout", retryable: true, message: "no answer within 50 ms" });
  });

  it("answers as the backend does in time, and leaves no timer behind", async () => {
    const script = [{ delay: 49 }, { delay: 10 }, { delay: 10 }, { fail: "corrupt" }] as const;
    // The inner one takes the last fault: an error that comes late enough to be a rejection.
    const limited = deadline(
      faulty(faulty(bytes(), { script: script.slice(3), operations: ["remove"] }), { script }),
      {
        after: 50,
      },
    );
    const written = limited.write("key", entry("text"));
    await vi.advanceTimersByTimeAsync(49);
    await written;
    const read = limited.read("key");
    const removed = codeOf(() => limited.remove("key"));
    await vi.advanceTimersByTimeAsync(10);
    expect(textOf(await read)).toBe("text");
    expect(await removed).toBe("corrupt");
    expect(vi.getTimerCount()).toBe(0);
  });

  it("drops what comes late, be it an answer or an error", async () => {
    const unhandled = vi.fn();
    process.on("unhandledRejection", unhandled);
    const store = faulty(bytes(), { script: ["hang", "hang"] });
    // The inner one rejects long after the outer one has.
    const limited = deadline(deadline(store, { after: 500 }), { after: 50 });
    const codes = Promise.all([codeOf(() => limited.read("key")), codeOf(() => limited.remove("key"))]);
    await vi.advanceTimersByTimeAsync(60);
    expect(await codes).toEqual(["timeout", "timeout"]);
    await vi.advanceTimersByTimeAsync(1_000);
    store.release();
    await vi.advanceTimersByTimeAsync(10);
    vi.useRealTimers();
    await new Promise(setImmediate);
    process.off("unhandledRejection", unhandled);
    expect(unhandled).not.toHaveBeenCalled();
  });

  it("is every operation's: batches and clear too", async () => {
    const store = redis({ url: "redis://127.0.0.1:1" });
    const limited = deadline(faulty(store, { script: () => "hang" }), { after: 50 });
    const codes = Promise.all(
      [
        () => limited.readMany?.(["a"]),
        () => limited.writeMany?.([["a", entry("a")]]),
        () => limited.removeMany?.(["a"]),
        () => limited.clear?.(),
      ].map(codeOf),
    );
    await vi.advanceTimersByTimeAsync(60);
    expect(await codes).toEqual(["timeout", "timeout", "timeout", "timeout"]);
    vi.useRealTimers();
    await store.close?.();
  });
});

describe("a write that is late", () => {
  beforeEach(() => {
    vi.useFakeTimers();
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  /** A store of which the first write hangs, and what came to it, in the order in which it took effect. */
  async function withLateWrite() {
    const done: string[] = [];
    const inner = withBatches(bytes());
    const store = faulty(
      {
        ...inner,
        write: (key, value) => {
          done.push(`write ${textOf(value)}`);
          return inner.write(key, value);
        },
        remove: (key) => {
          done.push("remove");
          return inner.remove(key);
        },
        clear: () => {
          done.push("clear");
        },
      },
      { script: ["hang"], operations: ["write"] },
    );
    const limited = deadline(store, { after: 50 });
    const late = codeOf(() => limited.write("key", entry("late")));
    await vi.advanceTimersByTimeAsync(60);
    expect(await late).toBe("timeout");
    return { limited, store, done };
  }

  it("is waited for by newer writes and removes of its key, and by no other", async () => {
    const { limited, store, done } = await withLateWrite();
    const newer = [
      limited.write("key", entry("newer")),
      limited.remove("key"),
      limited.write("key", entry("end")),
    ];
    await limited.write("other", entry("other"));
    expect(await limited.read("key")).toBeUndefined();
    expect(done).toEqual(["write other"]);
    store.release();
    await Promise.all(newer);
    expect(done).toEqual(["write other", "write late", "write newer", "remove", "write end"]);
    // Nothing is late any more.
    expect(limited.remove("key")).toEqual({ status: "deleted", count: 1 });
  });

  it.each([0, 1, 2, 3, 4, 5, 6, 8])(
    "lets nothing overtake what waits for it, %i microtasks later",
    async (turns) => {
      const { limited, store, done } = await withLateWrite();
      const newer = limited.write("key", entry("newer"));
      store.release();
      for (let turn = 0; turn < turns; turn++) await undefined;
      await limited.write("key", entry("newest"));
      await newer;
      expect(done).toEqual(["write late", "write newer", "write newest"]);
    },
  );

  it("is waited for by batches with its key, and by a clear", async () => {
    const { limited, store, done } = await withLateWrite();
    await limited.writeMany?.([["other", entry("other")]]);
    const newer = [
      limited.clear?.(),
      limited.writeMany?.([["key", entry("newer")]]),
      limited.removeMany?.(["key"]),
    ];
    await vi.advanceTimersByTimeAsync(1);
    expect(done).toEqual([]);
    store.release();
    await Promise.all(newer);
    expect(done).toEqual(["write late", "clear"]);
    expect(await limited.read("key")).toBeUndefined();
  });

  it("has newer ones fail, unsent, that it keeps waiting for longer than they may", async () => {
    const { limited, store, done } = await withLateWrite();
    const codes = Promise.all([
      codeOf(() => limited.write("key", entry("newer"))),
      codeOf(() => limited.remove("key")),
    ]);
    await vi.advanceTimersByTimeAsync(60);
    expect(await codes).toEqual(["timeout", "timeout"]);
    store.release();
    await vi.advanceTimersByTimeAsync(1);
    expect(done).toEqual(["write late"]);
    await limited.write("key", entry("newest"));
    expect(textOf(await limited.read("key"))).toBe("newest");
  });
});

test("a deadline does not hold the process open", () => {
  const timers = (): number => process.getActiveResourcesInfo().filter((name) => name === "Timeout").length;
  const before = timers();
  const late = deadline(faulty(bytes(), { script: ["hang"] }), { after: 60_000 }).read("key");
  expect(timers()).toBe(before);
  // Other tests may run here by then.
  void Promise.resolve(late).catch(() => {});
});

test("an operation that answers without a promise still does", () => {
  const cache = cacheBackend(deadline(bytes(), { after: 1 }));
  expect(cache.set("key", { data: 1, createdAt: 1 })).toBeUndefined();
  expect(cache.get("key")).toMatchObject({ data: 1 });
  expect(cache.delete("key")).toEqual({ status: "deleted", count: 1 });
});

test("an answer that waits behind a blocked event loop is in time", async () => {
  await new Promise(setImmediate);
  const { port1, port2 } = new MessageChannel();
  const store = { ...bytes(), read: () => new Promise<undefined>((done) => port2.once("message", done)) };
  const answer = deadline(store, { after: 20 }).read("key");
  port1.postMessage(undefined);
  const start = performance.now();
  while (performance.now() - start < 60);
  expect(await answer).toBeUndefined();
  port1.close();
});

test("a stopped Redis costs no more than the deadline, and is used again when it goes on", async () => {
  const server = await startRedis();
  const cache = cacheBackend(deadline(redis({ url: server.url, timeout: 20_000 }), { after: 100 }));
  await vi.waitFor(async () => cache.set("key", { data: "before", createdAt: 1 }), 10_000);
  server.stop();
  const start = performance.now();
  expect(await codeOf(() => cache.get("key"))).toBe("timeout");
  const ms = performance.now() - start;
  expect(ms).toBeGreaterThanOrEqual(98);
  // Long before the deadline of Redis itself, on a busy machine too.
  expect(ms).toBeLessThan(10_000);
  server.resume();
  await vi.waitFor(async () => expect((await cache.get("key"))?.data).toBe("before"), 20_000);
  await cache.close();
  await server.close();
});

it.each<readonly [string, unknown]>([
  ["after", {}],
  ["after", { after: 0 }],
  ["after", { after: 2 ** 31 }],
  ["after", { after: 1.5 }],
  ["afetr", { after: 1, afetr: 2 }],
  ["options", undefined],
])("a wrong %s is a TypeError that names it", (option, options) => {
  expect(() => deadline(bytes(), options as DeadlineOptions)).toThrow(TypeError);
  expect(() => deadline(bytes(), options as DeadlineOptions)).toThrow(option);
});
