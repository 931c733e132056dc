import { endInTime, Opener } from "@hitbox/core/tier";
import { expect, it, vi } from "vitest";

it("opens once for all who ask, and then has what is open", async () => {
  const open = vi.fn(async () => "open");
  const opener = new Opener(open);
  expect(opener.opened).toBeUndefined();
  expect(await Promise.all([opener.open(), opener.open()])).toEqual(["open", "open"]);
  expect(await opener.open()).toBe("open");
  expect(opener.opened).toBe("open");
  expect(open).toHaveBeenCalledTimes(1);
});

it("opens anew after a failure, which all who waited hear of", async () => {
  const open = vi.fn(async () => "open").mockRejectedValueOnce(new Error("down"));
  const opener = new Opener(open);
  const both = await Promise.allSettled([opener.open(), opener.open()]);
  expect(both.map(({ status }) => status)).toEqual(["rejected", "rejected"]);
  expect(opener.opened).toBeUndefined();
  expect(await opener.open()).toBe("open");
  expect(open).toHaveBeenCalledTimes(2);
});

it.each([
  ["leaves connections that end", () => Promise.resolve(), 0],
  ["breaks connections that fail to end", () => Promise.reject(new Error("down")), 1],
  ["breaks connections that do not end in time", () => new Promise<void>(() => {}), 1],
])("%s", async (_, end, times) => {
  const destroy = vi.fn();
  await endInTime({ end, destroy }, 10);
  expect(destroy).toHaveBeenCalledTimes(times);
});
