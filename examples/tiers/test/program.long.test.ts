import { readdir } from "node:fs/promises";
import { startRedis } from "@hitbox/test-servers";
import { type Program, temporaryFolder } from "@hitbox/test-support";
import { Redis } from "ioredis";
import { beforeAll, expect, onTestFinished, test, vi } from "vitest";
import { build, rows, runExample } from "./support/example.ts";

const PATIENCE_MS = 60_000;
const READS = ["sequential", "race", "race, loser dropped", "parallel", "hedged, after 10 ms"];
const WRITES = ["sequential", "optimistic", "race", "l2-first", "write-behind"];

beforeAll(build, 120_000);

/** Fails where the server that the program started for itself still answers. */
async function expectRedisGone({ stdout }: Program): Promise<void> {
  const url = /redis:\/\/127\.0\.0\.1:\d+/.exec(stdout())?.[0] as string;
  const client = new Redis(url, { lazyConnect: true, retryStrategy: null });
  client.on("error", () => {});
  await expect(client.connect()).rejects.toThrow();
}

test(
  "every policy has its rows, every answer is right, and nothing is left behind",
  async () => {
    const TMPDIR = await temporaryFolder();
    const example = runExample({ TMPDIR });
    expect(await example.ended).toBe(0);
    const out = example.stdout();
    const [near, far] = [rows(out, "Reads, memory over Redis"), rows(out, "Reads, Redis over LMDB")];
    for (const policy of READS) {
      expect(near).toContainEqual([policy, "in both", "memory 200"]);
      expect(near).toContainEqual([policy, "in Redis only", expect.stringContaining("redis")]);
      expect(near).toContainEqual([policy, "in neither", expect.stringContaining("upstream")]);
      expect(near).toContainEqual([policy, "in both, Redis hangs", "memory 200"]);
      expect(far).toContainEqual([policy, "in both", expect.anything()]);
      expect(far).toContainEqual([policy, "in both, Redis hangs", "lmdb 200"]);
    }
    const written = rows(out, "Writes, memory over Redis");
    for (const policy of WRITES) {
      const answer = policy === "sequential" || policy === "l2-first" ? "error 100" : "memory 100";
      expect(written).toContainEqual([policy, "both well", expect.stringContaining("memory")]);
      expect(written).toContainEqual([policy, "Redis hangs", answer]);
    }
    const deleted = rows(out, "Deletes, memory over Redis");
    expect(deleted).toContainEqual(["strict", "Redis hangs", "error 100"]);
    expect(deleted).toContainEqual(["optimistic", "Redis hangs", "memory 100"]);
    const again = rows(out, "Refill, memory over Redis");
    expect(again).toContainEqual(["refill always", "the same keys again", "memory 200"]);
    expect(again).toContainEqual(["refill never", "the same keys again", "redis 200"]);
    const lives = rows(out, "A shorter life in one tier, memory over Redis");
    expect(lives).toContainEqual(["maxTtl 1 s, jitter 0.5", "1001 ms after the set", "redis 200"]);
    const levels = rows(out, "Three levels, memory over LMDB over Redis");
    expect(levels).toContainEqual(["defaults", "get, in LMDB and Redis", "lmdb 100"]);
    expect(levels).toContainEqual(["defaults", "set, Redis hangs", "memory+lmdb 100"]);
    expect(out).toContain("none was wrong");
    // That Redis is away, while it is stopped, and back.
    const told = /^.*(?:\[HITBOX_TIER_(?:AWAY|BACK)\]|Use `node --trace-warnings).*\n/gm;
    expect(example.stderr().replace(told, "")).toBe("");
    expect(await readdir(TMPDIR)).toEqual([]);
    await expectRedisGone(example);
  },
  PATIENCE_MS,
);

test(
  "with REDIS_URL that server is used, is not stopped, and keeps no keys",
  async () => {
    const server = await startRedis();
    onTestFinished(() => server.close());
    const { ended, stdout } = runExample({ REDIS_URL: server.url });
    expect(await ended).toBe(0);
    expect(rows(stdout(), "Writes, memory over Redis")).toHaveLength(WRITES.length);
    expect(stdout()).not.toContain("hangs  ");
    const client = new Redis(server.url);
    onTestFinished(() => client.disconnect());
    expect(await client.dbsize()).toBe(0);
  },
  PATIENCE_MS,
);

test(
  "a value that is read as another than was written fails the run",
  async () => {
    const damage =
      "const{parse}=JSON;JSON.parse=(t)=>{const v=parse(t);if(v?.id===7)v.name='Nobody';return v}";
    const { ended, stdout, stderr } = runExample({
      NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(damage)}`,
    });
    expect(await ended).toBe(1);
    expect(stdout()).toContain("were WRONG");
    expect(stderr()).toMatch(/^tiers: profile:.*id=7: expected entry, got .*Nobody/m);
  },
  PATIENCE_MS,
);

test("without redis-server, a sentence says what to do", async () => {
  const TMPDIR = await temporaryFolder();
  const { ended, stdout, stderr } = runExample({ TMPDIR, PATH: TMPDIR });
  expect(await ended).toBe(1);
  expect(stdout()).toBe("");
  expect(stderr()).toBe(
    "tiers: there is no redis-server on the PATH: install one, or name a running one in REDIS_URL\n",
  );
  expect(await readdir(TMPDIR)).toEqual([]);
});

test("a REDIS_URL where nobody listens is an error", async () => {
  const { ended, stderr } = runExample({ REDIS_URL: "redis://127.0.0.1:1" });
  expect(await ended).toBe(1);
  expect(stderr()).toMatch(/^tiers: .*ECONNREFUSED/);
});

test("interrupted, it leaves no server and no files", async () => {
  const TMPDIR = await temporaryFolder();
  const example = runExample({ TMPDIR });
  await vi.waitFor(() => expect(example.stdout()).toContain("Reads, Redis over LMDB"), PATIENCE_MS);
  example.child.kill("SIGTERM");
  expect(await example.ended).toBe(143);
  expect(await readdir(TMPDIR)).toEqual([]);
  await expectRedisGone(example);
});
