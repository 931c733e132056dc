import { memory } from "@hitbox/memory";
import { until } from "@hitbox/test-support";
import { expect, onTestFinished, test, vi } from "vitest";
import { toUnstorage } from "../src/index.ts";
import { VERSIONS, watchedBackends } from "./support.ts";

function watched() {
  const [own, other] = watchedBackends();
  const driver = toUnstorage(own);
  const heard: string[] = [];
  const unwatch = driver.watch?.((event, key) => heard.push(`${event} ${key}`)) ?? (() => {});
  return { driver, other: toUnstorage(other), heard, unwatch };
}

test("a driver hears of the sets and removals of other processes", async () => {
  const { other, heard } = watched();
  await other.setItem("a", "1");
  await until(() => heard.length === 1);
  await other.removeItem("a");
  await until(() => heard.length === 2);
  expect(heard).toEqual(["update a", "remove a"]);
});

test("a driver tells of its own changes once", async () => {
  const { driver, heard } = watched();
  await driver.setItem("a:1", "1");
  await driver.setItems([{ key: "a:2", value: "2" }]);
  await driver.removeItem("a:1");
  await driver.clear("a:");
  await driver.setItem("b", "3");
  await driver.clear();
  await new Promise(setImmediate);
  expect(heard).toEqual(["update a:1", "update a:2", "remove a:1", "remove a:2", "update b", "remove b"]);
});

test("a watch that has ended hears of nothing", async () => {
  const { driver, other, heard, unwatch } = watched();
  const look = other.setItem("a", "1");
  unwatch();
  await look;
  await driver.setItem("b", "1");
  const all: string[] = [];
  driver.watch?.((event, key) => all.push(`${event} ${key}`));
  driver.dispose();
  await driver.setItem("c", "1");
  await new Promise(setImmediate);
  expect([heard, all]).toEqual([[], []]);
});

test("a callback that throws is a warning, and keeps the change from nobody", async () => {
  const { driver, heard } = watched();
  const warn = vi.spyOn(process, "emitWarning").mockImplementation(() => {});
  onTestFinished(() => warn.mockRestore());
  driver.watch?.(() => {
    throw new RangeError("secret");
  });
  await driver.setItem("a", "1");
  expect(heard).toEqual(["update a"]);
  expect(warn).toHaveBeenCalledExactlyOnceWith(expect.stringMatching(/RangeError(?!.*secret)/), {
    type: "HitboxWarning",
    code: "HITBOX_WATCHER",
  });
});

test("a driver over a backend that tells of no changes leaves watching to unstorage", () => {
  expect(toUnstorage(memory({ maxEntries: 1 })).watch).toBeUndefined();
});

test.each(VERSIONS)("%s hears of other processes", async (_, create) => {
  const [own, other] = watchedBackends();
  const storage = create(toUnstorage(own));
  const heard: string[] = [];
  await storage.watch((event, key) => heard.push(`${event} ${key}`));
  await toUnstorage(other).setItem("a:b", "1");
  await until(() => heard.length > 0);
  await storage.setItem("c", 1 as never);
  expect(heard).toEqual(["update a:b", "update c"]);
  await storage.dispose();
});
