import { expect, it, vi } from "vitest";
import { Warnings } from "../src/connection/warnings.ts";

// What grows with failures and with other processes has a bound: see the table in
// docs/how-it-works/design.md.

it("a warning is said once for each of the last hundred reasons, however many reasons there are", () => {
  const hear = vi.fn();
  const warnings = new Warnings("redis", hear);
  for (let time = 0; time < 3; time++)
    for (let index = 0; index < 100; index++) warnings.say("HITBOX_REDIS_COHERENCE", `reason ${index}`);
  expect(hear).toHaveBeenCalledTimes(100);
  // One more, and those before are forgotten: said again, and not kept.
  warnings.say("HITBOX_REDIS_COHERENCE", "one more");
  warnings.say("HITBOX_REDIS_COHERENCE", "one more");
  warnings.say("HITBOX_REDIS_COHERENCE", "reason 0");
  expect(hear).toHaveBeenCalledTimes(102);
});
