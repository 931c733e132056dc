import { expect, it } from "vitest";
import { classify, explained } from "../src/errors.ts";

it.each([
  [{ errno: 1021 }, "unavailable"],
  [
    { errno: 1030, message: 'Got error 28 "No space left on device" from storage engine InnoDB' },
    "unavailable",
  ],
  [{ errno: 1030, message: "Got error 194 from storage engine InnoDB" }, undefined],
  [{ errno: 1040 }, "unavailable"],
  [{ errno: 1045 }, undefined],
  [{ errno: 1053 }, "connection"],
  [{ errno: 1114 }, "unavailable"],
  [{ errno: 1153 }, "too-large"],
  [{ errno: 1205 }, "timeout"],
  [{ errno: 1213 }, "unavailable"],
  [{ errno: 1290 }, "unavailable"],
  [{ errno: 1406 }, "too-large"],
  [{ errno: 1712 }, "corrupt"],
  [{ errno: 1792 }, "unavailable"],
  [{ errno: 1969 }, "timeout"],
  [{ errno: 3024 }, "timeout"],
  [{ code: "PROTOCOL_CONNECTION_LOST" }, "connection"],
  [{ message: "Pool is closed." }, "closed"],
  [{ message: "No connections available." }, "unavailable"],
])("takes an error with %j for %s", (fields, kind) => {
  expect(classify(Object.assign(new Error("no"), fields))).toBe(kind);
});

it("hands on no error with the statement, which holds keys and values", () => {
  const error = Object.assign(new Error("Deadlock found"), { errno: 1213, sql: "INSERT … secret" });
  expect(JSON.stringify(explained(error, "hitbox"))).not.toContain("secret");
});
