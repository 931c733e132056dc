import { cpSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { freePort } from "@hitbox/test-servers";
import { runProgram, temporaryFolder } from "@hitbox/test-support";
import { beforeAll, expect, it } from "vitest";
import { COMMANDS } from "../src/commands/commands.ts";
import { exitCodeOf } from "../src/exit-codes.ts";
import { build, hitbox } from "./support/hitbox.ts";
import { runInProcess } from "./support/run-in-process.ts";

beforeAll(build, 300_000);

it("explains itself without arguments, and each command with --help", async () => {
  const { code, stdout } = await hitbox([]);
  expect(code).toBe(0);
  for (const { name, summary } of COMMANDS) {
    expect(stdout).toContain(name);
    const { code: own, stdout: text } = await runInProcess([name, "--help"]);
    expect(own).toBe(0);
    expect(text).toContain(summary);
  }
});

it.each([
  [["inspekt"], "hitbox --help"],
  [["inspect"], "hitbox inspect KEY"],
  [["inspect", "key", "--colour"], "hitbox inspect --help"],
  [["inspect", "key"], "--store"],
  [["inspect", "key", "-s", "mongodb://localhost"], "redis://HOST"],
  [["inspect", "key", "-s", "lmdb:/nowhere/at/all"], "lmdb:PATH"],
  [["size", "-s", "redis://localhost", "--rate", "0"], "--rate 5000"],
  [["keys", "-s", "redis-sentinel://localhost"], "/MASTER"],
])("%j ends with exit code 2, and says what to write", async (args, remedy) => {
  const { code, stdout, stderr } = await runInProcess(args);
  expect([code, stdout]).toEqual([2, ""]);
  expect(stderr).toContain(remedy);
});

it("says that a server is away with exit code 3, and shows no password", async () => {
  const url = `redis://user:secret@127.0.0.1:${await freePort()}`;
  for (const args of [["inspect", "key"], ["keys"], ["doctor"], ["delete", "*", "--yes"]]) {
    const { code, stdout, stderr } = await hitbox([...args, "-s", url]);
    expect(code, stderr).toBe(3);
    expect(stdout + stderr).not.toContain("secret");
  }
});

it("shows no password of a URL that is wrong", async () => {
  const { code, stdout, stderr } = await hitbox(["keys", "-s", "redis://user:secret@host:port:port"]);
  expect(code).toBe(2);
  expect(stdout + stderr).not.toContain("secret");
});

/** Runs the program beside no other packages but those that it depends on, and `others`. */
async function beside(others: readonly string[], store: string) {
  const folder = await temporaryFolder();
  for (const name of ["observability/cli", "cache", "core", ...others]) {
    const from = fileURLToPath(new URL(`../../../../packages/${name}`, import.meta.url));
    const to = join(folder, "node_modules/@hitbox", name.split("/").at(-1) ?? name);
    cpSync(join(from, "dist"), join(to, "dist"), { recursive: true });
    cpSync(join(from, "package.json"), join(to, "package.json"));
  }
  const path = join(folder, "node_modules/@hitbox/cli/dist/bin.js");
  const program = runProgram([path, "keys", "-s", store], { cwd: folder });
  return { code: await program.ended, stderr: program.stderr() };
}

it.each([
  ["the adapter", [], "redis://localhost", "npm i @hitbox/redis ioredis"],
  ["the client", ["backends/s3"], "s3://bucket", "npm i @hitbox/s3 @aws-sdk/client-s3"],
  ["the client of a pool", ["backends/mysql"], "mysql://localhost/shop", "Install mysql2"],
])("names the package to install with exit code 2, if %s is not there", async (_, others, store, remedy) => {
  const { code, stderr } = await beside(others, store);
  expect(code, stderr).toBe(2);
  expect(stderr).toContain(remedy);
});

it("takes an error that is its own cause for one that no code is for", () => {
  const error = new Error("down");
  error.cause = error;
  expect(exitCodeOf(error)).toBe(4);
});
