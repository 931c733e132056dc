import { expect, test } from "vitest";
import { Witnesses } from "../src/index.ts";

function noted(runs: number, witnesses: number): Witnesses {
  const counted = new Witnesses();
  for (let run = 0; run < runs; run++) counted.note(run < witnesses);
  return counted;
}

test("too few witnesses fail a test, and a replay has too few runs to say", () => {
  expect(() => noted(100, 30).expectShare(0.3, "held values")).not.toThrow();
  expect(() => noted(100, 29).expectShare(0.3, "held values")).toThrow(
    "29 of 100 runs held values; expected at least 30 %.",
  );
  expect(() => noted(1, 0).expectShare(0.3, "held values")).not.toThrow();
});
