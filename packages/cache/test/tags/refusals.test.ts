import { BackendError, type ErrorCode } from "@hitbox/core";
import { expect, test } from "vitest";
import { isNeverStored } from "../../src/tags/refusals.ts";

// An invalidation that failed is tried again, unless no entry of its tag can be in the store.

const failed = (code: ErrorCode) => new BackendError(code, "failed", { backend: "store" });

test.each(["closed", "too-large", "serialization"] as const)("nothing is stored after %s", (code) => {
  expect(isNeverStored(failed(code))).toBe(true);
});

test.each(["connection", "timeout", "unavailable", "unsupported", "internal"] as const)(
  "entries may be there after %s",
  (code) => {
    expect(isNeverStored(failed(code))).toBe(false);
  },
);

test("nothing is stored under a key that is no key", () => {
  expect(isNeverStored(new TypeError("key must be a string"))).toBe(true);
});
