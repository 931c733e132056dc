import { inParallel, Lanes } from "@hitbox/core";
import { gate, settled } from "@hitbox/test-support";
import { expect, test, vi } from "vitest";

test("as many works as there are lanes are under way, and the others follow in their order", async () => {
  const lanes = new Lanes(2);
  const begun: number[] = [];
  const gates = [1, 2, 3, 4].map(() => gate());
  const ends = gates.map(({ opened }, at) =>
    lanes.run(() => {
      begun.push(at);
      return opened;
    }),
  );
  await settled();
  expect(begun).toEqual([0, 1]);
  gates[1]?.open();
  await settled();
  expect(begun).toEqual([0, 1, 2]);
  for (const each of gates) each.open();
  await Promise.all(ends);
  expect(begun).toEqual([0, 1, 2, 3]);
});

test("a lane is free again after work that failed, or that threw", async () => {
  const lanes = new Lanes(1);
  const thrower = (): never => {
    throw new Error("thrown");
  };
  await expect(lanes.run(() => Promise.reject(new Error("failed")))).rejects.toThrow("failed");
  await expect(lanes.run(thrower)).rejects.toThrow("thrown");
  expect(await lanes.run(() => "answer")).toBe("answer");
});

test("answers of parallel work have the order of the items, and nothing begins after a failure", async () => {
  expect(await inParallel([3, 1, 2], 2, async (item) => item * 10)).toEqual([30, 10, 20]);
  const work = vi.fn(async (item: number) => {
    if (item === 2) throw new Error("two");
    return item;
  });
  await expect(inParallel([1, 2, 3, 4, 5], 1, work)).rejects.toThrow("two");
  expect(work).toHaveBeenCalledTimes(2);
});
