import { setTimeout as wait } from "node:timers/promises";
import { isPromise } from "@hitbox/core";
import { useFolder } from "@hitbox/test-support";
import { expect, it } from "vitest";
import { connect, entry, failureOf, open } from "./support.ts";

const freshPath = useFolder({ suffix: ".db" });

it("reads and writes without a promise", async () => {
  const backend = open({ path: freshPath() });
  expect(isPromise(backend.write("a", entry(1)))).toBe(false);
  expect(isPromise(backend.read("a"))).toBe(false);
  expect(backend.readMany).toBeUndefined();
  await backend.close?.();
});

it("waits for the lock of another connection while the event loop goes on, and reads meanwhile", async () => {
  const path = freshPath();
  const backend = open({ path, timeout: 20_000 });
  await backend.write("a", entry(1));
  const other = connect(path);
  other.exec("BEGIN IMMEDIATE");
  const written = Promise.all([backend.write("a", entry(2)), backend.writeMany?.([["b", entry(3)]])]);
  await wait(5);
  expect(backend.read("a")).toMatchObject({ payload: Buffer.from("1") });
  other.exec("COMMIT");
  await written;
  expect(backend.read("a")).toMatchObject({ payload: Buffer.from("2") });
  expect(backend.read("b")).toMatchObject({ payload: Buffer.from("3") });
  other.close();
  await backend.close?.();
});

it("fails as `timeout` if the lock is held for too long, and works afterwards", async () => {
  const path = freshPath();
  const backend = open({ path, timeout: 30 });
  const other = connect(path);
  other.exec("BEGIN IMMEDIATE");
  for (const fails of [
    () => backend.write("a", entry(1)),
    () => backend.writeMany?.([["a", entry(1)]]),
    () => backend.remove("a"),
    () => backend.lease?.("a", 1_000),
  ])
    expect(await failureOf(fails).catch((error) => ({ code: backend.classify?.(error) }))).toMatchObject({
      code: "timeout",
    });
  other.exec("COMMIT");
  await backend.write("a", entry(2));
  expect(backend.read("a")).toMatchObject({ payload: Buffer.from("2") });
  other.close();
  await backend.close?.();
});

it("makes its table later if another connection has the file for itself at first", async () => {
  const path = freshPath();
  const other = connect(path);
  other.exec("PRAGMA journal_mode = DELETE; BEGIN EXCLUSIVE; CREATE TABLE mine (a)");
  const backend = open({ path, timeout: 20_000 });
  const written = backend.write("a", entry(1));
  other.exec("COMMIT");
  other.close();
  await written;
  expect(backend.read("a")).toMatchObject({ payload: Buffer.from("1") });
  await backend.close?.();
});

it("stops waiting when it is closed", async () => {
  const path = freshPath();
  const backend = open({ path, timeout: 20_000 });
  const other = connect(path);
  other.exec("BEGIN IMMEDIATE");
  const written = backend.write("a", entry(1));
  await backend.close?.();
  expect((await failureOf(() => written)).code).toBe("closed");
  other.close();
});
