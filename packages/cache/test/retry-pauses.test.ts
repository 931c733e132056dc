import { expect, test } from "vitest";
import { RetryPauses } from "../src/load/retry-pauses.ts";

const failure = { error: new Error("down"), createdAt: 0, at: 0, retryAfter: 1_000 };

test("the key that failed longest ago is forgotten for a new one, and not the one that failed again", () => {
  const pauses = new RetryPauses();
  for (let key = 0; key < 10_000; key++) pauses.failed(`${key}`, failure);
  pauses.failed("0", failure);
  pauses.failed("new", failure);
  const isPaused = (key: string): boolean => pauses.failureOf(key, 0, 500) !== undefined;
  expect(["0", "1", "2", "new"].filter(isPaused)).toEqual(["0", "2", "new"]);
});
