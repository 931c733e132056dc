import { type Fault, faulty } from "@hitbox/conformance";
import { type Backend, BackendError, cacheBackend, delegateTo, type ErrorCode, missing } from "@hitbox/core";
import { redis } from "@hitbox/redis";
import { startRedis } from "@hitbox/test-servers";
import { afterEach, beforeEach, describe, expect, it, test, vi } from "vitest";
import { circuitBreaker, type RetryOptions, retry } from "../src/index.ts";
import { bytes, codeOf, entry, textOf, withBatches } from "./support.ts";

const LOST: Fault = { fail: "connection" };

/** The longest wait that may be chosen, every time. */
const longest = (): number => 1;

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

async function settled<T>(answer: T | Promise<T>): Promise<T> {
  await vi.runAllTimersAsync();
  return answer;
}

describe("an operation that fails", () => {
  it("is tried again until it succeeds", async () => {
    const store = faulty(bytes(), { script: [LOST, LOST] });
    await settled(retry(store).write("key", entry("text")));
    expect(store.calls.write).toBe(3);
    expect(textOf(await store.read("key"))).toBe("text");
  });

  it("is tried as often as it says, and its last error is what the caller gets", async () => {
    const script: Fault[] = [LOST, { fail: "timeout" }, { fail: "unavailable" }];
    const store = faulty(bytes(), { script });
    expect(await settled(codeOf(() => retry(store).read("key")))).toBe("unavailable");
    expect(store.calls.read).toBe(3);
  });

  it("is not tried again where one attempt is all there is", () => {
    const store = faulty(bytes(), { script: [LOST] });
    expect(() => retry(store, { attempts: 1 }).read("key")).toThrow(BackendError);
  });

  it.each<ErrorCode>(["corrupt", "deserialization", "too-large", "unsupported", "closed", "internal"])(
    "with %s is not tried again",
    (code) => {
      const store = faulty(bytes(), { script: [{ fail: code }] });
      expect(() => retry(store).read("key")).toThrow(expect.objectContaining({ code }));
      expect(store.calls.read).toBe(1);
    },
  );

  it("says itself whether it may be tried again", async () => {
    const [never, again] = [false, true].map(
      (retryable) => new BackendError(retryable ? "internal" : "connection", "said so", { retryable }),
    ) as [BackendError, BackendError];
    const store = faulty(bytes(), { script: [{ fail: again }, { fail: never }] });
    const failed = expect(retry(store).read("key")).rejects.toBe(never);
    await settled(failed);
    expect(store.calls.read).toBe(2);
  });

  it("is tried again where the backend says that its client's error is an outage", async () => {
    const read = vi.fn().mockRejectedValueOnce(new Error("socket")).mockResolvedValueOnce(undefined);
    const store: Backend<unknown> = { ...bytes(), read, classify: () => "connection" };
    expect(await settled(retry(store).read("key"))).toBeUndefined();
    expect(read).toHaveBeenCalledTimes(2);
  });

  it("is tried again as a batch and as a clear", async () => {
    const single = bytes();
    const max = { max: 10 };
    const batches: Backend<unknown> = {
      ...delegateTo(single),
      supports: { ...single.supports, readMany: max, writeMany: max, removeMany: max, clear: true },
      readMany: (keys) => keys.map(() => undefined),
      writeMany: () => undefined,
      removeMany: (keys) => keys.map(() => missing()),
      clear: () => undefined,
    };
    const store = faulty(batches, { script: () => LOST });
    const stubborn = retry(store);
    const codes = Promise.all(
      [
        () => stubborn.readMany?.(["a"]),
        () => stubborn.writeMany?.([["b", entry("b")]]),
        () => stubborn.removeMany?.(["c"]),
      ].map(codeOf),
    );
    expect(await settled(codes)).toEqual(["connection", "connection", "connection"]);
    expect(await settled(codeOf(() => stubborn.clear?.()))).toBe("connection");
    expect(store.calls).toMatchObject({ readMany: 3, writeMany: 3, removeMany: 3, clear: 3 });
    vi.useRealTimers();
    await stubborn.close?.();
  });
});

test("an open circuit fails at once, and ends the attempts that it opens under", async () => {
  const store = faulty(bytes(), { script: () => LOST });
  const stubborn = retry(circuitBreaker(store, { threshold: 2 }), { attempts: 5 });
  expect(await settled(codeOf(() => stubborn.read("key")))).toBe("unavailable");
  expect(store.calls.read).toBe(2);
  const start = Date.now();
  expect(await codeOf(() => stubborn.read("key"))).toBe("unavailable");
  expect(Date.now()).toBe(start);
  expect(vi.getTimerCount()).toBe(0);
});

test("a remove whose reply was lost answers missing: it cannot know better", async () => {
  const store = faulty(bytes(), { operations: ["remove"], script: [{ fail: "timeout", effect: "done" }] });
  store.write("key", entry("text"));
  expect(await settled(retry(store).remove("key"))).toEqual({ status: "missing" });
});

/** Fails every operation, and notes when it began. */
function noting(times: number[]): () => Fault {
  return () => {
    times.push(Date.now());
    return LOST;
  };
}

describe("the waits", () => {
  it("grow twofold up to the longest, of which chance takes a part", async () => {
    const backoff = { initial: 10, max: 35 };
    for (const share of [1, 0.5, 0]) {
      const times: number[] = [];
      const store = faulty(bytes(), { script: noting(times) });
      await settled(codeOf(() => retry(store, { attempts: 5, backoff, random: () => share }).read("key")));
      const waits = times.slice(1).map((at, index) => at - (times[index] as number));
      expect(waits).toEqual([10, 20, 35, 35].map((wait) => Math.floor(wait * share)));
    }
  });

  it("are 20 and 40 ms at most where nothing is said", async () => {
    const store = faulty(bytes(), { script: () => LOST });
    const code = codeOf(() => retry(store, { random: longest }).read("key"));
    await vi.advanceTimersByTimeAsync(59);
    expect(store.calls.read).toBe(2);
    await vi.advanceTimersByTimeAsync(1);
    expect(store.calls.read).toBe(3);
    expect(await code).toBe("connection");
  });

  it("end when the backend is closed, and what waited fails with its error", async () => {
    const store = faulty(bytes(), { script: () => LOST });
    const stubborn = retry(store);
    const code = codeOf(() => stubborn.write("key", entry("text")));
    await stubborn.close?.();
    expect(await code).toBe("connection");
    expect(vi.getTimerCount()).toBe(0);
    expect(store.calls.write).toBe(1);
  });
});

describe("while a change of a key waits to be tried again", () => {
  const newer: readonly (readonly [string, string | undefined, (backend: Backend<unknown>) => unknown])[] = [
    ["a newer write", "new", (backend) => backend.write("key", entry("new"))],
    ["a newer remove", undefined, (backend) => backend.remove("key")],
    [
      "a newer batch of writes",
      "new",
      (backend) =>
        backend.writeMany?.([
          ["other", entry("x")],
          ["key", entry("new")],
        ]),
    ],
    ["a newer batch of removes", undefined, (backend) => backend.removeMany?.(["other", "key"])],
    ["a clear", undefined, (backend) => backend.clear?.()],
  ];
  const older: readonly (readonly [string, (backend: Backend<unknown>) => unknown])[] = [
    ["a write", (backend) => backend.write("key", entry("old"))],
    [
      "a batch of writes",
      (backend) =>
        backend.writeMany?.([
          ["key", entry("old")],
          ["third", entry("y")],
        ]),
    ],
    ["a remove", (backend) => backend.remove("key")],
  ];

  for (const [first, issueOlder] of older) {
    test.each(newer)(
      `%s waits until ${first} is done, and takes effect after it`,
      async (_, left, issueNewer) => {
        const store = faulty(withBatches(bytes()), { script: [LOST] });
        const stubborn = retry(store, { random: longest });
        const codes = Promise.all([codeOf(() => issueOlder(stubborn)), codeOf(() => issueNewer(stubborn))]);
        await vi.advanceTimersByTimeAsync(19);
        expect(Object.values(store.calls).reduce((sum, count) => sum + count)).toBe(1);
        expect(await settled(codes)).toEqual(["none", "none"]);
        expect(textOf(await store.read("key"))).toBe(left);
      },
    );

    test.each(newer)(`%s takes effect though ${first} fails in the end`, async (_, left, issueNewer) => {
      const store = withBatches(bytes());
      store.write("key", entry("before"));
      const stubborn = retry(faulty(store, { script: [LOST, LOST] }), { attempts: 2 });
      const codes = Promise.all([codeOf(() => issueOlder(stubborn)), codeOf(() => issueNewer(stubborn))]);
      expect(await settled(codes)).toEqual(["connection", "none"]);
      expect(textOf(await store.read("key"))).toBe(left);
    });
  }

  it("reads do not wait, nor do changes of other keys", async () => {
    const store = faulty(bytes(), { script: [LOST] });
    const stubborn = retry(store);
    const written = stubborn.write("key", entry("text"));
    await stubborn.write("other", entry("x"));
    expect(await stubborn.read("key")).toBeUndefined();
    await settled(written);
    expect(textOf(await store.read("key"))).toBe("text");
  });
});

test("an operation that succeeds at once answers without a promise", () => {
  const cache = cacheBackend(retry(bytes()));
  expect(cache.set("key", { data: 1, createdAt: 1 })).toBeUndefined();
  expect(cache.get("key")).toMatchObject({ data: 1 });
  expect(cache.delete("key")).toEqual({ status: "deleted", count: 1 });
});

test("a Redis that comes back soon is not noticed", async () => {
  vi.useRealTimers();
  const server = await startRedis();
  const options: RetryOptions = { attempts: 50, backoff: { initial: 20, max: 100 }, random: longest };
  const cache = cacheBackend(retry(redis({ url: server.url, timeout: 500 }), options));
  await cache.set("key", { data: "before", createdAt: 1 });
  await server.kill();
  const written = cache.set("key", { data: "after", createdAt: 1 });
  await server.restart();
  await written;
  expect((await cache.get("key"))?.data).toBe("after");
  await cache.close();
  await server.close();
});

it.each<readonly [string, unknown]>([
  ["attempts", { attempts: 0 }],
  ["backoff", { backoff: 5 }],
  ["backoff.initial", { backoff: { initial: 0 } }],
  ["backoff.initial", { backoff: { initial: 600 } }],
  ["backoff.max", { backoff: { max: 2 ** 31 } }],
  ["intial", { backoff: { intial: 5 } }],
  ["random", { random: 0.5 }],
  ["attemps", { attemps: 5 }],
])("a wrong %s is a TypeError that names it: %o", (option, options) => {
  expect(() => retry(bytes(), options as RetryOptions)).toThrow(TypeError);
  expect(() => retry(bytes(), options as RetryOptions)).toThrow(option);
});
