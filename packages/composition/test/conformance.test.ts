import { mkdtempSync } from "node:fs";
import { rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { compose } from "@hitbox/composition";
import { backendConformance } from "@hitbox/conformance";
import { type AnyBackend, gzip, hashed, json } from "@hitbox/core";
import { lmdb } from "@hitbox/lmdb";
import { memory } from "@hitbox/memory";
import { redis } from "@hitbox/redis";
import { type RedisServer, startRedis } from "@hitbox/test-servers";
import { quickly } from "@hitbox/test-support";
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

const STACKS: readonly (readonly [string, (space: string) => AnyBackend])[] = [
  ["memory over memory", () => compose(near(), memory({ maxEntries: 20_000, format: json() }))],
  ["memory over Redis", (space) => compose(near(), shared(space))],
  ["memory over LMDB", (space) => compose(near(), onDisk(space))],
  [
    "LMDB over Redis, sequential writes",
    (space) => compose(onDisk(space), shared(space), { write: "sequential" }),
  ],
  [
    "memory over LMDB over Redis, hashed and compressed below",
    (space) =>
      compose(
        near(),
        compose(
          lmdb({ path: join(folder, space), keyFormat: hashed() }),
          redis({ url: server.url, timeout: 20_000, prefix: space, compressor: gzip({ minBytes: 64 }) }),
          { label: "lower" },
        ),
      ),
  ],
];

for (const [name, open] of quickly(STACKS, 2)) backendConformance({ test, name, open });
