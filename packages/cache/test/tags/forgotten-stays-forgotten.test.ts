import { expect, test } from "vitest";
import { LocalState } from "../../src/tags/local-state.ts";

// Invalidated tags are forgotten with time. That must not bring back what was cleared before.

test("an entry from before a clear is never valid again, whatever was invalidated before it", () => {
  let elapsed = 0;
  const state = new LocalState(() => elapsed);
  state.stamp(1_000);
  state.invalidate(["x"]);
  state.invalidate(["y"]);
  const cleared = state.current;
  state.forget();
  for (let round = 0; round < 5; round++) {
    elapsed += 2_000;
    state.stamp(1_000);
    expect(state.isKnown(cleared), `round ${round}`).toBe(false);
  }
});
