import { expect, it } from "vitest";
import { pauses } from "../src/connection/pauses.ts";

/** When attempts begin that each fail after `held` milliseconds, from the moment that a connection broke. */
function attempts(held: number, numbers: readonly number[]): number[] {
  let now = 60_000;
  const pause = pauses(() => now);
  return numbers.map((number) => {
    now += pause(number);
    const begun = now - 60_000;
    now += held;
    return begun;
  });
}

it("a connection that has broken is made again at once, then after longer and longer pauses", () => {
  expect(attempts(0, [1, 2, 3, 4, 5])).toEqual([0, 50, 150, 300, 500]);
});

it("no pause is longer than half a second", () => {
  const [last = 0, next = 0] = attempts(0, [1, 40, 41]).slice(-2);
  expect(next - last).toBe(500);
});

// ioredis counts from 1 again once it has been connected.
it("a server that takes every connection and breaks it is not tried more often than every 50 ms", () => {
  expect(attempts(2, [1, 1, 1, 1])).toEqual([0, 50, 100, 150]);
});

it("an attempt that took longer than its pause is followed at once", () => {
  expect(attempts(1_000, [1, 2, 3])).toEqual([0, 1_000, 2_000]);
});
