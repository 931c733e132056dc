import { assertProperty } from "@hitbox/test-support";
import fc from "fast-check";
import { expect, test } from "vitest";
import { backOff } from "../src/back-off.ts";

const almostOne = 1 - 2 ** -53;

test("a pause is a random part of a bound that doubles from 25 ms to a second", () => {
  const bounds = [0, 1, 2, 3, 4, 5, 6, 100].map((round) => Math.round(backOff(round, () => almostOne)));
  expect(bounds).toEqual([25, 50, 100, 200, 400, 800, 1_000, 1_000]);
  expect(backOff(3, () => 0)).toBe(0);
});

test("it is between 0 and a second for any round", async () => {
  await assertProperty(
    fc.property(fc.nat(10_000), (round) => {
      const pause = backOff(round);
      return pause >= 0 && pause < 1_000;
    }),
  );
});
