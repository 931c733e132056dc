import { expect, test } from "vitest";
import { parseOptions, UsageError } from "../src/options.ts";

test("without arguments the load runs, over LMDB", () => {
  expect(parseOptions([], {})).toEqual({
    command: "load",
    memoryEntries: 400,
    redisUrl: undefined,
    redisPrefix: undefined,
    lmdbPath: undefined,
    requests: 40_000,
    places: 600,
    concurrency: 8,
    seed: 1,
  });
});

test("REDIS_URL, LMDB_PATH and PORT are taken from the environment; empty ones are none", () => {
  const environment = { REDIS_URL: "rediss://user:secret@host:6380/2", LMDB_PATH: "/data", PORT: "8080" };
  expect(parseOptions(["--serve"], environment)).toMatchObject({
    command: "serve",
    redisUrl: environment.REDIS_URL,
    lmdbPath: "/data",
    port: 8080,
  });
  expect(parseOptions(["--serve"], { REDIS_URL: "", LMDB_PATH: "", PORT: "" })).toMatchObject({
    redisUrl: undefined,
    lmdbPath: undefined,
    port: undefined,
  });
});

test("what is typed goes before the environment", () => {
  const environment = { LMDB_PATH: "/data", PORT: "8080" };
  expect(parseOptions(["--serve", "--port", "0", "--lmdb", "/other"], environment)).toMatchObject({
    port: 0,
    lmdbPath: "/other",
  });
});

const WRONG: readonly (readonly [string[], string])[] = [
  [["--sreve"], "--sreve"],
  [["extra"], "extra"],
  [["--port", "80"], "--port needs --serve"],
  [["--serve", "--seed", "3"], "--seed is not for --serve"],
  [["--serve", "--port", "65536"], "--port must be a whole number from 0 to 65535; got 65536"],
  [["--requests", "0"], "--requests must be a whole number from 1 to 10000000; got 0"],
  [["--places", "1e3"], "--places must be a whole number from 1 to 50000; got 1e3"],
  [["--places"], "--places"],
  [["--lmdb="], "--lmdb must not be empty"],
];

test.each(WRONG)("%j is refused, and named", (args, message) => {
  expect(() => parseOptions(args, {})).toThrow(UsageError);
  expect(() => parseOptions(args, {})).toThrow(message);
});

test("a REDIS_URL that is none is refused without being shown", () => {
  const refused = (): unknown => parseOptions([], { REDIS_URL: "http://user:secret@host" });
  expect(refused).toThrow(UsageError);
  expect(refused).toThrow(/^REDIS_URL must be like redis:\/\/host:port or rediss:\/\/host:port$/);
});
