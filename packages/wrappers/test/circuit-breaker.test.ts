import { type FaultyOptions, faulty } from "@hitbox/conformance";
import { type Backend, BackendError, cacheBackend, type ErrorCode } from "@hitbox/core";
import { redis } from "@hitbox/redis";
import { startRedis } from "@hitbox/test-servers";
import { uncaught } from "@hitbox/test-support";
import { afterEach, beforeEach, describe, expect, it, test, vi } from "vitest";
import {
  type CircuitBreakerOptions,
  type CircuitState,
  circuitBreaker,
  isOpenCircuit,
} from "../src/index.ts";
import { bytes, codeOf, entry, textOf } from "./support.ts";

const DOWN: FaultyOptions = { script: () => ({ fail: "connection" }) };

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

/** A backend that is down while `status.down`, and that answers with promises. */
function switched(): { store: ReturnType<typeof faulty<unknown>>; status: { down: boolean } } {
  const status = { down: true };
  const script: FaultyOptions["script"] = () => (status.down ? { fail: "connection" } : { delay: 1 });
  return { store: faulty(bytes(), { script }), status };
}

async function read(backend: Backend<unknown>, times = 1): Promise<string[]> {
  const codes: string[] = [];
  for (let time = 0; time < times; time++) {
    const code = codeOf(() => backend.read("key"));
    await vi.advanceTimersByTimeAsync(1);
    codes.push(await code);
  }
  return codes;
}

describe("a circuit", () => {
  it("opens after so many outages in a row, and then the backend is not called", async () => {
    const store = faulty(bytes(), DOWN);
    const guarded = circuitBreaker(store, { threshold: 3 });
    expect(await read(guarded, 5)).toEqual([
      ...["connection", "connection", "connection"],
      ...["unavailable", "unavailable"],
    ]);
    expect(store.calls.read).toBe(3);
  });

  it("fails every operation while it is open, in a way that can be told from other outages", async () => {
    const store = redis({ url: "redis://127.0.0.1:1" });
    const guarded = circuitBreaker(faulty(store, DOWN), { threshold: 1 });
    await read(guarded);
    for (const run of [
      () => guarded.read("a"),
      () => guarded.write("a", entry("a")),
      () => guarded.remove("a"),
      () => guarded.readMany?.(["a"]),
      () => guarded.writeMany?.([["a", entry("a")]]),
      () => guarded.removeMany?.(["a"]),
      () => guarded.clear?.(),
    ]) {
      const error = await (async () => run())().catch((reason: unknown) => reason);
      expect(error).toMatchObject({ code: "unavailable", retryable: true });
      expect(isOpenCircuit(error)).toBe(true);
    }
    const typed = cacheBackend(guarded);
    expect(isOpenCircuit(await (async () => typed.get("a"))().catch((reason: unknown) => reason))).toBe(true);
    const other = new BackendError("unavailable", "down", { cause: new Error("socket") });
    for (const error of [other, undefined, "text"]) expect(isOpenCircuit(error)).toBe(false);
    vi.useRealTimers();
    await guarded.close?.();
  });

  it.each(["now", "later"] as const)(
    "does not open where successes that come %s lie between",
    async (when) => {
      const { store: later, status } = switched();
      const now = faulty(bytes(), { script: () => (status.down ? { fail: "connection" } : undefined) });
      const store = when === "now" ? now : later;
      const guarded = circuitBreaker(store, { threshold: 2 });
      for (let round = 0; round < 5; round++) {
        status.down = true;
        expect(await read(guarded)).toEqual(["connection"]);
        status.down = false;
        expect(await read(guarded)).toEqual(["none"]);
      }
    },
  );

  it("lets one probe through when the time has come, and fails the others at once", async () => {
    const { store } = switched();
    const guarded = circuitBreaker(store, { threshold: 1, halfOpenAfter: 100 });
    await read(guarded);
    await vi.advanceTimersByTimeAsync(98);
    expect(await read(guarded)).toEqual(["unavailable"]);
    const { read: before } = store.calls;
    await vi.advanceTimersByTimeAsync(1);
    expect(await read(guarded)).toEqual(["connection"]);
    expect(store.calls.read).toBe(before + 1);
    // The probe failed: the time starts again.
    await vi.advanceTimersByTimeAsync(98);
    expect(await read(guarded)).toEqual(["unavailable"]);
  });

  it("fails others at once while the probe is under way, and closes at its success", async () => {
    const store = faulty(bytes(), { script: [{ fail: "timeout" }, "hang"] });
    const guarded = circuitBreaker(store, { threshold: 1, halfOpenAfter: 100 });
    await read(guarded);
    await vi.advanceTimersByTimeAsync(100);
    const probe = codeOf(() => guarded.read("key"));
    expect(await read(guarded, 2)).toEqual(["unavailable", "unavailable"]);
    store.release();
    expect(await probe).toBe("none");
    expect(await read(guarded, 2)).toEqual(["none", "none"]);
    expect(store.calls.read).toBe(4);
  });

  it("lets the probe through in time though the clock is set back meanwhile", async () => {
    const { store, status } = switched();
    const guarded = circuitBreaker(store, { threshold: 1, halfOpenAfter: 100 });
    await read(guarded);
    status.down = false;
    vi.setSystemTime(Date.now() - 3_600_000);
    await vi.advanceTimersByTimeAsync(100);
    expect(await read(guarded, 2)).toEqual(["none", "none"]);
  });

  it("is not moved by an operation that began before it opened", async () => {
    const store = faulty(bytes(), { script: ["hang", "hang", { fail: "timeout" }, "hang"] });
    const guarded = circuitBreaker(store, { threshold: 1, halfOpenAfter: 100 });
    const early = [codeOf(() => guarded.read("key")), codeOf(() => guarded.read("key"))];
    await read(guarded);
    store.release();
    expect(await Promise.all(early)).toEqual(["none", "none"]);
    expect(await read(guarded)).toEqual(["unavailable"]);
    await vi.advanceTimersByTimeAsync(100);
    const probe = codeOf(() => guarded.read("key"));
    expect(await read(guarded)).toEqual(["unavailable"]);
    store.release();
    expect(await probe).toBe("none");
    expect(await read(guarded)).toEqual(["none"]);
  });

  it("counts afresh after it has closed", async () => {
    const { store, status } = switched();
    const guarded = circuitBreaker(store, { threshold: 3, halfOpenAfter: 100 });
    await read(guarded, 3);
    await vi.advanceTimersByTimeAsync(100);
    status.down = false;
    expect(await read(guarded)).toEqual(["none"]);
    status.down = true;
    expect(await read(guarded, 4)).toEqual(["connection", "connection", "connection", "unavailable"]);
  });

  it("tells of its changes", async () => {
    const { store, status } = switched();
    const seen: CircuitState[] = [];
    const onStateChange = (state: CircuitState): void => void seen.push(state);
    const guarded = circuitBreaker(store, { threshold: 1, halfOpenAfter: 100, onStateChange });
    await read(guarded, 2);
    await vi.advanceTimersByTimeAsync(100);
    await read(guarded);
    await vi.advanceTimersByTimeAsync(100);
    status.down = false;
    await read(guarded, 2);
    expect(seen).toEqual(["open", "half-open", "open", "half-open", "closed"]);
  });

  it("survives a listener that throws, whose error is not lost", async () => {
    const errors = uncaught();
    const onStateChange = (): never => {
      throw new Error("listener");
    };
    const guarded = circuitBreaker(faulty(bytes(), DOWN), { threshold: 1, onStateChange });
    expect(await read(guarded, 2)).toEqual(["connection", "unavailable"]);
    await vi.waitFor(() => expect(errors).toMatchObject([{ message: "listener" }]));
  });
});

describe("what is an outage", () => {
  const OUTAGES: readonly ErrorCode[] = ["connection", "timeout", "unavailable"];
  const OTHERS: readonly ErrorCode[] = [
    ...(["serialization", "deserialization", "compression", "decompression", "corrupt"] as const),
    ...(["too-large", "unsupported", "closed", "internal"] as const),
  ];

  it.each(OUTAGES)("%s is", async (code) => {
    const guarded = circuitBreaker(faulty(bytes(), { script: () => ({ fail: code }) }), { threshold: 2 });
    expect(await read(guarded, 3)).toEqual([code, code, "unavailable"]);
  });

  it.each(OTHERS)("%s never opens the circuit", async (code) => {
    const guarded = circuitBreaker(faulty(bytes(), { script: () => ({ fail: code }) }), { threshold: 1 });
    expect(await read(guarded, 5)).toEqual([code, code, code, code, code]);
  });

  it.each(["now", "later"] as const)(
    "an error of another kind that comes %s shows a store that is well",
    async (when) => {
      const script: FaultyOptions["script"] = (_, __, count) => ({
        fail: count % 2 === 0 ? "corrupt" : "timeout",
        effect: "done",
      });
      const store = when === "now" ? bytes() : faulty(bytes(), { script: () => ({ delay: 0 }) });
      const guarded = circuitBreaker(faulty(store, { script }), { threshold: 2 });
      expect(await read(guarded, 6)).toEqual([
        ...["timeout", "corrupt", "timeout"],
        ...["corrupt", "timeout", "corrupt"],
      ]);
    },
  );

  it("a probe that finds a payload that cannot be decoded closes the circuit", async () => {
    const script = [{ fail: "timeout" }, { fail: "corrupt" }] as const;
    const guarded = circuitBreaker(faulty(bytes(), { script }), { threshold: 1, halfOpenAfter: 100 });
    await read(guarded);
    await vi.advanceTimersByTimeAsync(100);
    expect(await read(guarded, 2)).toEqual(["corrupt", "none"]);
  });

  it("the backend says so of its client's errors, and one that cannot say is not asked in vain", async () => {
    const broken = new Error("socket");
    const store = { ...bytes(), read: () => Promise.reject(broken) };
    const down = circuitBreaker({ ...store, classify: () => "connection" }, { threshold: 1 });
    await expect(down.read("key")).rejects.toBe(broken);
    expect(await read(down)).toEqual(["unavailable"]);
    const classify = (): never => {
      throw new Error("classifier");
    };
    for (const silent of [store, { ...store, classify }]) {
      const guarded = circuitBreaker(silent, { threshold: 1 });
      await expect(guarded.read("key")).rejects.toBe(broken);
      await expect(guarded.read("key")).rejects.toBe(broken);
    }
  });
});

test("a closed circuit answers without a promise where the backend does, and throws as it does", () => {
  const tooLarge = faulty(bytes(), { script: [undefined, undefined, { fail: "too-large" }] });
  const guarded = circuitBreaker(tooLarge, { threshold: 1 });
  expect(guarded.write("key", entry("text"))).toBeUndefined();
  expect(textOf(guarded.read("key") as never)).toBe("text");
  expect(() => guarded.read("key")).toThrow(BackendError);
});

test("a killed Redis opens it, nobody waits, and it closes when the server is back", async () => {
  vi.useRealTimers();
  const server = await startRedis();
  const seen: CircuitState[] = [];
  const store = redis({ url: server.url, timeout: 1_000 });
  const options = {
    threshold: 3,
    halfOpenAfter: 200,
    onStateChange: (state: CircuitState) => seen.push(state),
  };
  const cache = cacheBackend(circuitBreaker(store, options));
  await cache.set("key", { data: 1, createdAt: 1 });
  server.stop();
  const waiting = ["key", "b", "c"].map((key) => codeOf(() => cache.set(key, { data: 2, createdAt: 1 })));
  await server.kill();
  expect(new Set(await Promise.all(waiting))).not.toContain("none");
  expect(seen).toContain("open");
  for (let time = 0; time < 100; time++) {
    expect(["unavailable", "connection"]).toContain(await codeOf(() => cache.get("key")));
  }
  await server.restart();
  await vi.waitFor(async () => expect(await cache.get("key")).toBeUndefined(), {
    timeout: 20_000,
    interval: 20,
  });
  expect(seen.at(-1)).toBe("closed");
  await cache.close();
  await server.close();
});

it.each<readonly [string, unknown]>([
  ["threshold", { threshold: 0 }],
  ["halfOpenAfter", { halfOpenAfter: 0 }],
  ["onStateChange", { onStateChange: "log" }],
  ["treshold", { treshold: 1 }],
])("a wrong %s is a TypeError that names it", (option, options) => {
  expect(() => circuitBreaker(bytes(), options as CircuitBreakerOptions)).toThrow(TypeError);
  expect(() => circuitBreaker(bytes(), options as CircuitBreakerOptions)).toThrow(option);
});
