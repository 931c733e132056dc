import { setImmediate as immediate } from "node:timers/promises";
import { MessageChannel } from "node:worker_threads";
import { gate } from "@hitbox/test-support";
import { describe, expect, it, onTestFinished, vi } from "vitest";
import { Deadline } from "../src/connection/deadline.ts";

const late = (): Error => new Error("late");
const parse = <T>(reply: T): T => reply;

describe("a deadline", () => {
  it("hands a reply in time on", async () => {
    expect(await new Deadline(1_000, late).limit(Promise.resolve(20), { parse: (n: number) => n + 1 })).toBe(
      21,
    );
  });

  it("hands an error in time on, after saying that the operation has failed", async () => {
    const seen: string[] = [];
    const failed = Promise.reject(new Error("broken"));
    const limited = new Deadline(1_000, late).limit(failed, { parse, failed: () => seen.push("failed") });
    await expect(limited).rejects.toThrow("broken");
    expect(seen).toEqual(["failed"]);
  });

  it("hands on what taking the reply throws", async () => {
    const broken = (): never => {
      throw new Error("corrupt");
    };
    await expect(new Deadline(1_000, late).limit(Promise.resolve(1), { parse: broken })).rejects.toThrow(
      "corrupt",
    );
  });

  it("fails an operation when it has passed, and drops its reply", async () => {
    const seen: string[] = [];
    const start = performance.now();
    const { opened: reply, open } = gate<string>();
    const to = { parse: () => seen.push("taken"), failed: () => seen.push("failed") };
    await expect(new Deadline(30, late).limit(reply, to)).rejects.toThrow("late");
    expect(performance.now() - start).toBeGreaterThanOrEqual(29);
    open("reply");
    await immediate();
    expect(seen).toEqual(["failed"]);
  });

  it("takes a late rejection without a word", async () => {
    const { opened: reply, fail } = gate();
    await expect(new Deadline(10, late).limit(reply, { parse })).rejects.toThrow("late");
    fail(new Error("too late"));
    await expect(reply).rejects.toThrow("too late");
  });

  it("is each operation's own, whatever began before and has ended since", async () => {
    vi.useFakeTimers();
    onTestFinished(() => void vi.useRealTimers());
    const deadline = new Deadline(60, late);
    const never = new Promise<never>(() => {});
    const times: number[] = [];
    const begin = (reply: Promise<unknown>): void => {
      const start = performance.now();
      deadline.limit(reply, { parse }).catch(() => times.push(performance.now() - start));
    };
    for (let round = 0; round < 12; round++) {
      begin(never);
      begin(Promise.resolve());
      begin(new Promise((resolve) => setTimeout(resolve, 5)));
      await vi.advanceTimersByTimeAsync(10);
    }
    await vi.advanceTimersByTimeAsync(60);
    expect(times).toHaveLength(12);
    for (const ms of times) expect(ms).toBeGreaterThanOrEqual(59);
    for (const ms of times) expect(ms).toBeLessThanOrEqual(62);
  });

  it("does not fail operations whose replies wait behind a blocked event loop", async () => {
    const deadline = new Deadline(30, late);
    // What comes next in the event loop's turn is timers, then messages.
    await immediate();
    const { port1, port2 } = new MessageChannel();
    const reply = new Promise((resolve) => port2.once("message", resolve));
    const limited = deadline.limit(reply, { parse });
    port1.postMessage("in time");
    const start = performance.now();
    while (performance.now() - start < 80);
    expect(await limited).toBe("in time");
    port1.close();
  });
});
