import { expect, it } from "vitest";
import { classify, explained } from "../src/errors.ts";

it.each([
  [{ code: "57P01" }, "connection"],
  [{ code: "08006" }, "connection"],
  [{ code: "53100" }, "unavailable"],
  [{ code: "53300" }, "unavailable"],
  [{ code: "40P01" }, "unavailable"],
  [{ code: "57014" }, "timeout"],
  [{ code: "XX001" }, "corrupt"],
  [{ code: "28P01" }, undefined],
  [{ code: "CONNECT_TIMEOUT" }, "timeout"],
  [{ message: "Query read timeout" }, "timeout"],
  [{ message: "timeout expired" }, "timeout"],
  [{ message: "Connection terminated unexpectedly" }, "connection"],
  [{ message: "Cannot use a pool after calling end on the pool" }, "closed"],
])("takes an error with %j for %s", (fields, kind) => {
  expect(classify(Object.assign(new Error("no"), fields))).toBe(kind);
});

it("does not hand on an error that holds the URL", () => {
  const error = Object.assign(new Error("Invalid URL"), { code: "ERR_INVALID_URL", input: "secret" });
  const told = explained(error, "hitbox") as Error;
  expect(JSON.stringify(told)).not.toContain("secret");
  expect(told.cause).toBeUndefined();
});
