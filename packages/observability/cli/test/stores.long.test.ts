import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { createCache } from "@hitbox/cache";
import { createTable, dynamodb } from "@hitbox/dynamodb";
import { lmdb } from "@hitbox/lmdb";
import { startDynamoDbLocal } from "@hitbox/test-servers";
import { temporaryFolder } from "@hitbox/test-support";
import { beforeAll, expect, it, onTestFinished } from "vitest";
import { build, hitbox } from "./support/hitbox.ts";

beforeAll(build, 300_000);

it("looks into LMDB, changes it and checks it", async () => {
  const path = join(await temporaryFolder(), "cache");
  const cache = createCache({ backend: lmdb({ path }), ttl: "1h" });
  onTestFinished(() => cache.close());
  await cache.set("user:1", "Ada", { tags: ["users"] });
  const store = ["-s", `lmdb:${path}`];
  expect((await hitbox(["inspect", "user:1", ...store])).stdout).toContain('"value": "Ada"');
  expect((await hitbox(["keys", ...store])).stdout).toBe('{"key":"user:1"}\n');
  await hitbox(["invalidate", "users", "--yes", ...store]);
  expect((await hitbox(["inspect", "user:1", ...store])).stdout).toContain('"state": "invalid"');
  expect((await hitbox(["doctor", ...store])).code).toBe(0);
  await hitbox(["delete", "*", "--yes", ...store]);
  expect((await hitbox(["keys", ...store])).stdout).toBe("");
});

it("looks into a configuration's tiers, and deletes in all of them", async () => {
  const folder = await temporaryFolder();
  const [near, far] = ["near", "far"].map((name) => join(folder, name));
  const from = import.meta.resolve("@hitbox/lmdb").replace(/src\/index\.ts$/, "dist/index.js");
  const tiers = [near, far].map((path) => `lmdb({ path: ${JSON.stringify(path)}, label: "tier" })`);
  const text = `import { lmdb } from ${JSON.stringify(from)};\nexport const backend = [${tiers}];\n`;
  await writeFile(join(folder, "hitbox.config.mjs"), text);
  for (const path of [near ?? "", far ?? ""]) {
    const cache = createCache({ backend: lmdb({ path }), ttl: "1h" });
    await cache.set("user:1", path);
    await cache.close();
  }
  const options = { cwd: folder, environment: { HITBOX_STORE: undefined } };
  const { tiers: found } = JSON.parse((await hitbox(["inspect", "user:1"], options)).stdout);
  expect(found.map(({ value }: { value: string }) => value)).toEqual([near, far]);
  await hitbox(["delete", "user:*", "--yes"], options);
  const { code, stdout } = await hitbox(["inspect", "user:1"], options);
  expect([code, JSON.parse(stdout).tiers.map(({ state }: { state: string }) => state)]).toEqual([
    1,
    ["missing", "missing"],
  ]);
});

/** A folder with a configuration that exports a cache over LMDB, and the tag `users` on its entry. */
async function cacheConfig(name: string) {
  const folder = await temporaryFolder();
  const path = join(folder, "cache");
  const cache = createCache({ backend: lmdb({ path }), ttl: "1h" });
  await cache.set("user:1", "Ada", { tags: ["users"] });
  await cache.set("user:2", "Bob");
  await cache.close();
  const [made, stored] = ["cache", "lmdb"].map((one) =>
    import.meta.resolve(`@hitbox/${one}`).replace(/src\/index\.ts$/, "dist/index.js"),
  );
  const lines = [
    `import { createCache } from ${JSON.stringify(made)};`,
    `import { lmdb } from ${JSON.stringify(stored)};`,
    `export const cache = createCache({ backend: lmdb({ path: ${JSON.stringify(path)} }), ttl: "1h" });`,
  ];
  await writeFile(join(folder, name), lines.join("\n"));
  return { cwd: folder, environment: { HITBOX_STORE: undefined } };
}

it("looks into the cache that a configuration exports, and changes it", async () => {
  const options = await cacheConfig("hitbox.config.mjs");
  expect((await hitbox(["inspect", "user:1"], options)).stdout).toContain('"value": "Ada"');
  expect((await hitbox(["keys"], options)).stdout.trim().split("\n").sort()).toEqual([
    '{"key":"user:1"}',
    '{"key":"user:2"}',
  ]);
  expect((await hitbox(["invalidate", "users", "--yes"], options)).code).toBe(0);
  expect((await hitbox(["inspect", "user:1"], options)).stdout).toContain('"state": "invalid"');
  await hitbox(["delete", "user:2", "--yes"], options);
  expect((await hitbox(["inspect", "user:2"], options)).code).toBe(1);
  const { code, stderr } = await hitbox(["export", "all.jsonl"], options);
  expect([code, stderr]).toEqual([4, expect.stringContaining("export the raw backend")]);
});

it("takes a configuration in TypeScript where Node does, and says which Node does", async () => {
  const { code, stdout, stderr } = await hitbox(["inspect", "user:1"], await cacheConfig("hitbox.config.ts"));
  const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);
  if (major > 22 || (major === 22 && minor >= 18)) expect(stdout).toContain('"value": "Ada"');
  else expect([code, stderr]).toEqual([2, expect.stringContaining("Node 22.18")]);
});

it("looks into DynamoDB, changes it and checks it", async () => {
  const server = await startDynamoDbLocal();
  onTestFinished(() => server.close());
  const environment = { AWS_ACCESS_KEY_ID: "key", AWS_SECRET_ACCESS_KEY: "secret" };
  const credentials = { accessKeyId: "key", secretAccessKey: "secret" };
  const client = new DynamoDBClient({ endpoint: server.endpoint, region: "eu-west-1", credentials });
  onTestFinished(() => client.destroy());
  await createTable(client, { table: "cache" });
  const cache = createCache({ backend: dynamodb({ client, table: "cache", timeout: 10_000 }), ttl: "1h" });
  onTestFinished(() => cache.close());
  await cache.set("user:1", "Ada");
  const store = ["-s", `dynamodb://cache?region=eu-west-1&endpoint=${encodeURIComponent(server.endpoint)}`];
  const { stdout, stderr } = await hitbox(["inspect", "user:1", ...store], { environment });
  expect(stdout, stderr).toContain('"value": "Ada"');
  expect((await hitbox(["doctor", ...store], { environment })).code).toBe(0);
  await hitbox(["delete", "user:*", "--yes", ...store], { environment });
  expect(await cache.get("user:1")).toBeUndefined();
});
