import { mkdtempSync } from "node:fs";
import { rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { compose } from "@hitbox/composition";
import { backendConformance } from "@hitbox/conformance";
import { gzip, hashed, json } from "@hitbox/core";
import { lmdb } from "@hitbox/lmdb";
import { memory } from "@hitbox/memory";
import { redis } from "@hitbox/redis";
import { type RedisServer, startRedis } from "@hitbox/test-servers";
import { afterAll, beforeAll, test } from "vitest";

let server: RedisServer;
const folder = mkdtempSync(join(tmpdir(), "hitbox-composition-"));

beforeAll(async () => {
  server = await startRedis();
});

afterAll(async () => {
  await server.close();
  await rm(folder, { recursive: true, force: true });
});

const near = () => memory({ maxEntries: 20_000 });
const onDisk = (space: string) => lmdb({ path: join(folder, space) });
const shared = (space: string) => redis({ url: server.url, timeout: 20_000, prefix: space });

backendConformance({
  test,
  name: "memory over memory",
  open: () => compose(near(), memory({ maxEntries: 20_000, format: json() })),
});

backendConformance({ test, name: "memory over Redis", open: (space) => compose(near(), shared(space)) });

backendConformance({ test, name: "memory over LMDB", open: (space) => compose(near(), onDisk(space)) });

backendConformance({
  test,
  name: "LMDB over Redis, sequential writes",
  open: (space) => compose(onDisk(space), shared(space), { write: "sequential" }),
});

backendConformance({
  test,
  name: "memory over LMDB over Redis, hashed and compressed below",
  open: (space) =>
    compose(
      near(),
      compose(
        lmdb({ path: join(folder, space), keyFormat: hashed() }),
        redis({ url: server.url, timeout: 20_000, prefix: space, compressor: gzip({ minBytes: 64 }) }),
        { label: "lower" },
      ),
    ),
});
