import { type RedisServer, redisCommand, startRedis } from "@hitbox/test-servers";
import { beforeAll, expect, it, onTestFinished } from "vitest";
import { build, hitbox } from "./support/hitbox.ts";
import { runInProcess } from "./support/run-in-process.ts";

interface Finding {
  readonly check: string;
  readonly status: string;
  readonly text: string;
}

beforeAll(build, 300_000);

async function started(...args: string[]): Promise<RedisServer> {
  const server = await startRedis({ args });
  onTestFinished(() => server.close());
  return server;
}

async function examined(
  url: string,
): Promise<{ code: number | string; of: (check: string) => Finding | undefined }> {
  const { code, stdout, stderr } = await hitbox(["doctor", "-s", url]);
  if (stdout === "") throw new Error(stderr);
  const { findings } = JSON.parse(stdout) as { findings: readonly Finding[] };
  return { code, of: (name) => findings.find(({ check }) => check === name) };
}

it("finds a Redis with a bound and LRU fit, and leaves nothing behind", async () => {
  const server = await started("--maxmemory", "100mb", "--maxmemory-policy", "allkeys-lru");
  const { code, of } = await examined(server.url);
  expect(of("tags")).toMatchObject({ status: "ok" });
  expect(of("eviction")?.text).toContain("fit for tags");
  for (const check of ["write", "read", "batch read", "list keys", "leases", "delete", "memory", "entries"])
    expect(of(check), check).toMatchObject({ status: "ok" });
  expect(of("clock")).toMatchObject({ status: "ok" });
  expect(of("coherence by tracking")).toMatchObject({ status: "ok" });
  expect(of("coherence by bus")).toMatchObject({ status: "ok" });
  expect(code).toBe(0);
  expect(await redisCommand(server.port, "DBSIZE")).toBe("0");
});

it("finds a Redis unfit that refuses writes when it is full", async () => {
  const server = await started("--maxmemory", "100mb", "--maxmemory-policy", "noeviction");
  const { code, of } = await examined(server.url);
  expect(of("eviction")).toMatchObject({ status: "problem" });
  expect(code).toBe(1);
});

it("takes the store as an argument too, and ends with the number of warnings", async () => {
  const { url } = await started("--maxmemory", "0", "--maxmemory-policy", "noeviction");
  const { code, stdout } = await runInProcess(["doctor", url, "--text"]);
  expect(code, stdout).toBe(0);
  expect(stdout).toMatch(/warning +memory/);
  expect(stdout.trimEnd()).toMatch(/\nNo problems, 2 warnings\.$/);
});

it("tries rights: a user without scripts has no leases, and one without SCAN cannot list", async () => {
  const server = await started();
  const rights = ["on", ">secret", "~*", "&*", "+@all", "-eval", "-evalsha", "-scan"];
  await redisCommand(server.port, "ACL", "SETUSER", "poor", ...rights);
  const { code, of } = await examined(`redis://poor:secret@127.0.0.1:${server.port}`);
  expect(of("leases")).toMatchObject({ status: "problem" });
  expect(of("leases")?.text).toContain("EVAL");
  expect(of("list keys")).toMatchObject({ status: "problem" });
  expect(of("write")).toMatchObject({ status: "ok" });
  expect(code).toBe(1);
});

it("shows the prefixes side by side, and the entries that cannot be read with the reason", async () => {
  const server = await started();
  await redisCommand(server.port, "SET", "hitbox::user:1", "written by another program");
  await redisCommand(server.port, "SET", "shop::user:1", "x");
  await redisCommand(server.port, "SET", "sessions", "x");
  const { of } = await examined(server.url);
  expect(of("prefixes")?.text).toMatch(/hitbox \(this one\): \d/);
  expect(of("prefixes")?.text).toContain("shop: 1");
  expect(of("prefixes")?.text).toContain("(not of hitbox): 1");
  expect(of("entries")).toMatchObject({ status: "problem" });
  expect(of("entries")?.text).toContain("user:1");
});
