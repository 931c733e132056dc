import { CreateBucketCommand, S3Client } from "@aws-sdk/client-s3";
import { createTable as createMysqlTable, mysql } from "@hitbox/mysql";
import { createTable as createPostgresTable, postgres } from "@hitbox/postgres";
import { s3 } from "@hitbox/s3";
import { startMariaDb, startPostgres, startRadosGw, until } from "@hitbox/test-servers";
import { beforeAll, expect, it, onTestFinished, vi } from "vitest";
import { answer, build, startHitbox } from "./support/hitbox.ts";
import { tour } from "./support/store-tour.ts";

/** Milliseconds: a deadline that no operation meets which waits for nothing. */
const timeout = 20_000;

beforeAll(build, 300_000);

it("looks into PostgreSQL, and hears of changes there", async () => {
  const server = await startPostgres();
  onTestFinished(() => server.close());
  const [url, table] = [server.url, "shop"];
  await createPostgresTable({ url, table });
  const store = `${url}${url.includes("?") ? "&" : "?"}table=shop`;
  const cache = await tour(postgres({ url, table, timeout, coherence: "notify" }), { store });
  const { findings } = await answer<{ findings: { check: string; status: string }[] }>("doctor", "-s", store);
  expect(findings).toContainEqual(expect.objectContaining({ check: "coherence by notify", status: "ok" }));
  const watching = startHitbox(["watch", "-s", store]);
  await until("it listens", () => watching.stdout().includes("listening"));
  await cache.set("user:7", "Ada");
  await until("the change is printed", () => watching.stdout().includes('"key":"user:7"'));
  watching.child.kill("SIGINT");
  expect(await watching.ended).toBe(0);
});

it("looks into MariaDB, changes it and checks it", async () => {
  const server = await startMariaDb();
  onTestFinished(() => server.close());
  await createMysqlTable({ url: server.url, table: "shop" });
  const backend = mysql({ url: server.url, table: "shop", timeout });
  await tour(backend, { store: `${server.url}?table=shop` });
});

it("looks into a bucket, changes it and checks it", async () => {
  const { credentials, endpoint, ...server } = await startRadosGw();
  onTestFinished(() => server.close());
  const client = new S3Client({ endpoint, credentials, region: "us-east-1", forcePathStyle: true });
  await client.send(new CreateBucketCommand({ Bucket: "cache" }));
  client.destroy();
  vi.stubEnv("AWS_ACCESS_KEY_ID", credentials.accessKeyId);
  vi.stubEnv("AWS_SECRET_ACCESS_KEY", credentials.secretAccessKey);
  onTestFinished(() => void vi.unstubAllEnvs());
  const backend = s3({ bucket: "cache", prefix: "shop", endpoint, credentials, timeout });
  await tour(backend, { store: `s3://cache?endpoint=${encodeURIComponent(endpoint)}`, prefix: "shop" });
});
