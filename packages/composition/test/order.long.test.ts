import { compose } from "@hitbox/composition";
import { cacheValue } from "@hitbox/core";
import { gate } from "@hitbox/test-support";
import { expect, test } from "vitest";
import { tier } from "./support/tier.ts";

// More than a call takes as arguments.
test("a waiting set may be waited for by any number of reads", async () => {
  const [near, far] = [tier("near"), tier("far")];
  const { opened, open } = gate();
  far.gate = (operation) => (operation === "write" ? opened : undefined);
  near.failing.add("read");
  const backend = compose(near, far);
  const first = backend.set("k", cacheValue(1));
  const second = backend.set("k", cacheValue(2));
  const reads = Array.from({ length: 150_000 }, () => backend.get<number>("k"));
  const third = backend.set("k", cacheValue(3));
  open();
  await Promise.all([first, second, third]);
  expect(new Set((await Promise.all(reads)).map((value) => value?.data))).toEqual(new Set([3]));
});
