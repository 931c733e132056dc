import { readdir } from "node:fs/promises";
import { setTimeout as wait } from "node:timers/promises";
import { freePort, startRedis } from "@hitbox/test-servers";
import type { Program } from "@hitbox/test-support";
import { Redis } from "ioredis";
import { beforeAll, expect, onTestFinished, test, vi } from "vitest";
import { build, runExample, runNode } from "./support/built.ts";
import { get, temporaryDirectory } from "./support/service.ts";

const SMALL = ["--requests", "300", "--places", "40", "--memory-entries", "20"];
const PATIENCE = { timeout: 15_000, interval: 20 };

beforeAll(build, 120_000);

/** The counts of one run's table, by source. */
function counts(stdout: string, title: string): Record<string, number> {
  const section = stdout.slice(stdout.indexOf(`\n${title}: `)).split("\n  saving")[0] ?? "";
  const rows = section.matchAll(/^ {2}(cities\.\w+|upstream) +([\d,]+) /gm);
  return Object.fromEntries([...rows].map(([, source, count]) => [source, Number(count?.replace(",", ""))]));
}

async function addressOf({ stdout }: Program): Promise<string> {
  return vi.waitFor(() => {
    const found = /http:\/\/127\.0\.0\.1:\d+/.exec(stdout())?.[0];
    if (found === undefined) throw new Error("not up yet");
    return found;
  }, PATIENCE);
}

const isRunning = (origin: string): Promise<boolean> =>
  fetch(origin).then(
    () => true,
    () => false,
  );

test("a load is answered by upstream first, by LMDB after the restart, and nothing is left behind", async () => {
  const TMPDIR = await temporaryDirectory();
  const { ended, stdout } = runExample(SMALL, { TMPDIR });
  expect(await ended).toBe(0);
  const [first, second] = [counts(stdout(), "first run"), counts(stdout(), "after the restart")];
  expect(first.upstream).toBeGreaterThan(0);
  expect(second.upstream).toBe(0);
  expect(second["cities.lmdb"]).toBeGreaterThanOrEqual(first.upstream as number);
  for (const run of [first, second]) expect(Object.values(run).reduce((sum, each) => sum + each)).toBe(300);
  expect(stdout()).toContain("Every answer equals the direct computation.");
  expect(await readdir(TMPDIR)).toEqual([]);
});

test("an LMDB directory that the user named is kept, and used again", async () => {
  const path = await temporaryDirectory();
  expect(await runExample([...SMALL, "--lmdb", path]).ended).toBe(0);
  expect(await readdir(path)).not.toEqual([]);
  const again = runExample(SMALL, { LMDB_PATH: path });
  expect(await again.ended).toBe(0);
  expect(counts(again.stdout(), "first run").upstream).toBe(0);
});

test("with REDIS_URL the second tier is Redis, and its keys are removed unless the user named their prefix", async () => {
  const server = await startRedis();
  onTestFinished(() => server.close());
  const { ended, stdout } = runExample(SMALL, { REDIS_URL: server.url });
  expect(await ended).toBe(0);
  const client = new Redis(server.url);
  onTestFinished(() => client.disconnect());
  expect(await client.dbsize()).toBe(0);
  expect(counts(stdout(), "after the restart")).toMatchObject({ upstream: 0 });
  expect(counts(stdout(), "after the restart")["cities.redis"]).toBeGreaterThan(0);
  const after = runExample([...SMALL, "--redis-prefix", "kept"], { REDIS_URL: server.url });
  expect(await after.ended).toBe(0);
  expect(await client.keys("*")).toContainEqual(expect.stringMatching(/^kept::@nearest\.v1:=\{"lat":/));
});

test("with a Redis that is away the load succeeds, and says that it was away", async () => {
  const REDIS_URL = `redis://127.0.0.1:${await freePort()}`;
  const { ended, stdout } = runExample(["--requests", "200", "--places", "20"], { REDIS_URL });
  expect(await ended).toBe(0);
  expect(stdout()).toContain("The second tier was away (cities.redis: connection)");
});

test("--serve stays up, prints its address, and ends cleanly when told to", async () => {
  const path = await temporaryDirectory();
  for (const signal of ["SIGINT", "SIGTERM"] as const) {
    const program = runExample(["--serve", "--port", "0", "--lmdb", path]);
    const origin = await addressOf(program);
    expect((await get(origin, "/nearest?lat=1&lon=1")).status).toBe(200);
    program.child.kill(signal);
    expect(await program.ended).toBe(0);
    expect(program.stderr()).toBe("");
  }
});

test("a port that is taken is named", async () => {
  const first = await addressOf(runExample(["--serve", "--port", "0", "--lmdb", await temporaryDirectory()]));
  const { port } = new URL(first);
  const second = runExample(["--serve", "--port", port, "--lmdb", await temporaryDirectory()]);
  expect(await second.ended).toBe(1);
  expect(second.stderr()).toContain(port);
});

test("a load that is interrupted, twice, leaves no service and no file", async () => {
  const TMPDIR = await temporaryDirectory();
  const { child, ended, stderr } = runExample(["--places", "60"], { TMPDIR });
  await vi.waitFor(() => expect(stderr()).toContain("first run"), PATIENCE);
  child.kill("SIGINT");
  // From the terminal and handed on by npm, as Ctrl-C arrives; two at once would be one.
  await wait(10);
  child.kill("SIGINT");
  expect(await ended).toBe(130);
  expect(await readdir(TMPDIR)).toEqual([]);
});

test("a load that is killed takes its service with it", async () => {
  const lmdbPath = await temporaryDirectory();
  const owner = runNode(
    `const { startServiceProcess } = await import("./dist/service-process.js");
    const { origin } = await startServiceProcess(["--port", "0", "--lmdb", ${JSON.stringify(lmdbPath)}]);
    console.log(origin);`,
  );
  const origin = await addressOf(owner);
  expect(await isRunning(origin)).toBe(true);
  owner.child.kill("SIGKILL");
  await vi.waitFor(async () => expect(await isRunning(origin)).toBe(false), PATIENCE);
});

test("--help explains, and what is wrong on the command line ends with 2", async () => {
  const help = runExample(["--help"]);
  expect(await help.ended).toBe(0);
  expect(help.stdout()).toContain("--serve");
  const wrong = runExample(["--sreve"]);
  expect(await wrong.ended).toBe(2);
  expect(wrong.stderr()).toContain("--sreve");
});
