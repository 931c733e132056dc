import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import {
  freePort,
  makeCertificate,
  redisCommand,
  startRedis,
  startRedisCluster,
  startRedisSentinel,
} from "@hitbox/test-servers";
import { temporaryFolder } from "@hitbox/test-support";
import { beforeAll, expect, it, onTestFinished } from "vitest";
import { build, type Ended, hitbox } from "./support/hitbox.ts";

beforeAll(build, 300_000);

const SETUSER = ["ACL", "SETUSER", "ops", "on", ">p@ss:word", "+@all", "~*", "&*"];
const LOGIN = "ops:p%40ss%3Aword@";

/** A certificate, and `hitbox` that trusts it as Node does. */
async function trusting() {
  const certificate = await makeCertificate();
  onTestFinished(() => certificate.remove());
  const cwd = await temporaryFolder();
  const file = join(cwd, "ca.pem");
  await writeFile(file, certificate.text);
  const run = (...args: string[]): Promise<Ended> =>
    hitbox(args, { cwd, environment: { NODE_EXTRA_CA_CERTS: file } });
  return { certificate, run };
}

it("looks into a server over TLS, by a login", async () => {
  const { certificate, run } = await trusting();
  const port = await freePort();
  const server = await startRedis({ args: ["--tls-port", `${port}`, ...certificate.args] });
  onTestFinished(() => server.close());
  await redisCommand(server.port, ...SETUSER);
  const store = `rediss://${LOGIN}localhost:${port}`;
  const { code, stdout, stderr } = await run("doctor", "-s", store);
  expect([code, stdout.includes("leases")], stdout + stderr).toEqual([0, true]);
  expect(stdout + stderr).not.toContain("word");
  const refused = await run("keys", "-s", `rediss://ops:wrong@localhost:${port}`);
  expect(refused.code).not.toBe(0);
  expect(refused.stderr).not.toContain("wrong@");
});

it("refuses a server whose certificate nobody vouches for, and says so", async () => {
  const certificate = await makeCertificate();
  onTestFinished(() => certificate.remove());
  const port = await freePort();
  const server = await startRedis({ args: ["--tls-port", `${port}`, ...certificate.args] });
  onTestFinished(() => server.close());
  const { code, stderr } = await hitbox(["keys", "-s", `rediss://localhost:${port}`]);
  expect([code, stderr]).toEqual([3, expect.stringContaining("self-signed certificate")]);
});

it("looks into a cluster over TLS, by a login", async () => {
  const { certificate, run } = await trusting();
  const cluster = await startRedisCluster({ certificate });
  onTestFinished(() => cluster.close());
  for (const { port } of cluster.nodes) await redisCommand(port, ...SETUSER);
  const { code, stdout, stderr } = await run("doctor", "-s", `rediss-cluster://${hosts(cluster.secureUrls)}`);
  expect([code, stdout.includes("leases")], stdout + stderr).toEqual([0, true]);
});

it("finds a master by its sentinels over TLS, all by one login", async () => {
  const { certificate, run } = await trusting();
  const group = await startRedisSentinel({ certificate });
  onTestFinished(() => group.close());
  for (const { port } of [...group.servers, ...group.sentinels]) await redisCommand(port, ...SETUSER);
  const store = `rediss-sentinel://${hosts(group.secureUrls)}/${group.name}`;
  const { code, stdout, stderr } = await run("doctor", "-s", store);
  expect([code, stdout.includes("leases")], stdout + stderr).toEqual([0, true]);
});

/** The login, and the hosts of several servers. */
function hosts(urls: readonly string[]): string {
  return LOGIN + urls.map((url) => new URL(url).host).join(",");
}

it("takes a configuration in TypeScript, or says which Node imports it", async () => {
  const cwd = await temporaryFolder();
  const from = import.meta.resolve("@hitbox/lmdb").replace(/src\/index\.ts$/, "dist/index.js");
  const path = JSON.stringify(join(cwd, "store"));
  const lines = [
    `import { lmdb } from ${JSON.stringify(from)};`,
    `export const backend: unknown = lmdb({ path: ${path} });`,
  ];
  await writeFile(join(cwd, "hitbox.config.ts"), lines.join("\n"));
  const { code, stderr } = await hitbox(["keys"], { cwd, environment: { HITBOX_STORE: undefined } });
  const isImported = Boolean((process.features as { readonly typescript?: unknown }).typescript);
  expect([code, stderr.includes("22.18")], stderr).toEqual(isImported ? [0, false] : [2, true]);
});
