import { subscribe, unsubscribe } from "node:diagnostics_channel";
import { compose, type OffloadMessage, offload } from "@hitbox/composition";
import { cacheValue } from "@hitbox/core";
import { gate } from "@hitbox/test-support";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { held, tier } from "./support/tier.ts";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

describe("tasks", () => {
  test("of one kind and key run once at a time; others do not meet", async () => {
    const background = offload();
    const ran: string[] = [];
    const { opened, open } = gate();
    const start = (kind: string, key: string | undefined): boolean =>
      background.register({
        kind,
        ...(key ? { key } : {}),
        run: () => {
          ran.push(`${kind} ${key}`);
          return opened;
        },
      });
    expect([start("read", "a"), start("read", "a"), start("write", "a"), start("read", "b")]).toEqual(
      Array(4).fill(true),
    );
    expect([start("read", undefined), start("read", undefined)]).toEqual([true, true]);
    expect(ran).toEqual(["read a", "write a", "read b", "read undefined", "read undefined"]);
    open();
    expect(await background.drain()).toBe(0);
    start("read", "a");
    expect(ran.at(-1)).toBe("read a");
  });

  test("beyond the limit are not started, and say so", async () => {
    const background = offload({ maxInFlight: 2 });
    const { opened, open } = gate();
    const start = (): boolean => background.register({ kind: "k", run: () => opened });
    expect([start(), start(), start()]).toEqual([true, true, false]);
    open();
    await background.drain();
    expect(start()).toBe(true);
  });

  test.each([
    ["throws", () => { throw new Error("x"); }], // biome-ignore format: one line
    ["rejects", () => Promise.reject(new Error("x"))],
    ["returns", () => 1],
  ])("that %s free their key and wake whoever drains", async (_, run) => {
    const errors: unknown[] = [];
    const background = offload({
      onError: (error, task) => errors.push([(error as Error).message, task.key]),
    });
    const { opened, open } = gate();
    background.register({ kind: "k", key: "a", run: () => opened.then(run) });
    const drained = background.drain();
    open();
    expect(await drained).toBe(0);
    expect(background.inFlight).toBe(0);
    expect(errors).toEqual(run.length === 0 && _ === "returns" ? [] : [["x", "a"]]);
  });

  test("do not mind an onError that throws", async () => {
    const background = offload({
      onError: () => {
        throw new Error("listener");
      },
    });
    background.register({ kind: "k", run: () => Promise.reject(new Error("x")) });
    expect(await background.drain()).toBe(0);
  });
});

describe("a task over its time", () => {
  test("is cancelled: its signal is aborted, its key is free, its late end is nothing", async () => {
    const errors: unknown[] = [];
    const background = offload({
      timeout: { after: 100, then: "cancel" },
      onError: (error) => errors.push(error),
    });
    const { opened, open } = gate();
    let signal: AbortSignal | undefined;
    const keep = (given: AbortSignal): Promise<void> => {
      signal = given;
      return opened;
    };
    background.register({ kind: "k", key: "a", run: keep });
    const drained = background.drain();
    await vi.advanceTimersByTimeAsync(100);
    expect(await drained).toBe(0);
    expect(signal?.aborted).toBe(true);
    expect(errors).toMatchObject([{ code: "timeout" }]);
    background.register({ kind: "k", key: "a", run: () => gate().opened });
    open();
    await vi.advanceTimersByTimeAsync(0);
    expect(background.inFlight).toBe(1);
  });

  test("goes on, with a warning", async () => {
    const heard: OffloadMessage[] = [];
    const onMessage = (message: unknown): void => void heard.push(message as OffloadMessage);
    subscribe("hitbox:offload:timed-out", onMessage);
    const background = offload({ timeout: { after: 100, then: "warn" } });
    const { opened, open } = gate();
    background.register({ kind: "k", key: "a", run: () => opened });
    await vi.advanceTimersByTimeAsync(500);
    expect(background.inFlight).toBe(1);
    expect(heard).toMatchObject([{ kind: "k", key: "a", inFlight: 1 }]);
    open();
    expect(await background.drain()).toBe(0);
    unsubscribe("hitbox:offload:timed-out", onMessage);
  });
});

describe("draining", () => {
  test("ends at its deadline with the number of tasks left", async () => {
    const background = offload();
    background.register({ kind: "k", run: () => gate().opened });
    const drained = background.drain(500);
    await vi.advanceTimersByTimeAsync(500);
    expect(await drained).toBe(1);
  });

  test("comes with disposal, after which nothing is taken", async () => {
    const background = offload();
    const { opened, open } = gate();
    background.register({ kind: "k", run: () => opened });
    const disposed = background[Symbol.asyncDispose]();
    open();
    await disposed;
    expect(background.register({ kind: "k", run: () => 1 })).toBe(false);
  });

  test("leaves no timer", async () => {
    const background = offload({ timeout: { after: 100, then: "cancel" } });
    background.register({ kind: "k", run: () => Promise.resolve() });
    await background.drain();
    expect(vi.getTimerCount()).toBe(0);
  });
});

describe("the channels", () => {
  test("tell of tasks that are spawned, deduplicated, completed and failed", async () => {
    const heard: string[] = [];
    const names = ["spawned", "completed", "failed", "deduplicated"];
    const listeners = names.map((name) => {
      const onMessage = (message: unknown): void =>
        void heard.push(`${name} ${(message as OffloadMessage).key} ${(message as OffloadMessage).inFlight}`);
      subscribe(`hitbox:offload:${name}`, onMessage);
      return () => unsubscribe(`hitbox:offload:${name}`, onMessage);
    });
    const background = offload();
    background.register({ kind: "k", key: "a", run: () => Promise.resolve() });
    background.register({ kind: "k", key: "a", run: () => Promise.resolve() });
    background.register({ kind: "k", key: "b", run: () => Promise.reject(new Error("x")) });
    await background.drain();
    for (const stop of listeners) stop();
    expect(heard).toEqual(["spawned a 1", "deduplicated a 1", "spawned b 2", "completed a 1", "failed b 0"]);
  });
});

describe("a composition with write-behind", () => {
  test("acknowledges at once, writes L2 in order, and drains on close", async () => {
    const [l1, l2] = [tier("l1"), tier("l2")];
    const { opened, open } = gate();
    l2.gate = () => opened;
    const backend = compose(l1, l2, { write: "write-behind" });
    for (const n of [1, 2, 3]) expect(backend.set("k", cacheValue(n))).toBeUndefined();
    expect([held(l1, "k"), held(l2, "k")]).toEqual([3, undefined]);
    const closed = backend.close();
    open();
    await closed;
    expect(held(l2, "k")).toBe(3);
  });

  test("waits for L2 where the offload is full", async () => {
    const [l1, l2] = [tier("l1"), tier("l2")];
    const { opened, open } = gate();
    l2.gate = () => opened;
    const backend = compose(l1, l2, { write: "write-behind", offload: offload({ maxInFlight: 1 }) });
    expect(backend.set("a", cacheValue(1))).toBeUndefined();
    const full = backend.set("b", cacheValue(2));
    expect(full).toBeInstanceOf(Promise);
    open();
    await full;
    expect(held(l2, "b")).toBe(2);
  });

  test("answers a read that L1 has lost with what is still on its way to L2", async () => {
    const [l1, l2] = [tier("l1"), tier("l2")];
    const { opened, open } = gate();
    l2.gate = (operation) => (operation === "write" ? opened : undefined);
    const backend = compose(l1, l2, { write: "write-behind" });
    void backend.set("k", cacheValue("new"));
    l1.entries.clear();
    const read = backend.get("k");
    open();
    expect((await read)?.data).toBe("new");
  });

  test("tells the offload of a failure that nobody waits for", async () => {
    const errors: unknown[] = [];
    const [l1, l2] = [tier("l1"), tier("l2", { answers: "later" })];
    l2.failing.add("write");
    const background = offload({ onError: (error) => errors.push(error) });
    const backend = compose(l1, l2, { write: "write-behind", offload: background });
    await backend.set("k", cacheValue(1));
    await background.drain();
    expect(errors).toMatchObject([{ code: "connection", backend: "l1>l2.l2" }]);
  });
});

describe("wrong options", () => {
  test.each([
    [{ maxInFlight: 0 }, /^maxInFlight/],
    [{ timeout: { after: 0, then: "warn" } }, /^timeout.after/],
    [{ timeout: { after: 5, then: "explode" } }, /^timeout.then must be "cancel" or "warn"; got a string/],
    [{ onError: 5 }, /^onError/],
    [{ max: 5 }, /^offload: `max` is not an option; did you mean `maxInFlight`\?/],
  ])("%o is a TypeError that names the option", (options, message) => {
    expect(() => offload(options as never)).toThrow(message);
  });
});
