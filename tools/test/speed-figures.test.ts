import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const read = (path: string): string => readFileSync(join(ROOT, path), "utf8");

interface Measured {
  readonly name: string;
  readonly value: number;
}
const { results } = JSON.parse(read("benchmarks/results/latest.json")) as { results: readonly Measured[] };

const COMPARISON = "docs/start/comparison.md";
const CACHE = "packages/cache/README.md";
/** A page, the row of its table, and the measurement that the row's first number is of. */
const FIGURES: readonly (readonly [page: string, row: string, measured: string])[] = [
  [COMPARISON, "| `getOrSet` of bentocache | ", "L1 hit against bentocache getOrSet"],
  [COMPARISON, "| `getOrSet` of bentocache, with one tag | ", "hit in memory, one tag, against bentocache"],
  [COMPARISON, "| `getOrSet` of cacheable, as it comes | ", "L1 hit against cacheable getOrSet"],
  [
    COMPARISON,
    "| `getOrSet` of cacheable, without clones | ",
    "L1 hit against cacheable getOrSet, no clones",
  ],
  [COMPARISON, "| `wrap` of cache-manager, as it comes | ", "L1 hit against cache-manager wrap"],
  [
    COMPARISON,
    "| `wrap` of cache-manager, without clones | ",
    "L1 hit against cache-manager wrap, no clones",
  ],
  [CACHE, "| a hit in the first tier, awaited | ", "getOrSet, L1 hit, awaited, with expiry"],
  [CACHE, "| the same hit, beside bentocache (`serialize: false`) | ", "L1 hit against bentocache getOrSet"],
  [CACHE, "| a key that is data | ", "getOrSet, L1 hit, by a key that is data"],
  [CACHE, "| 100 keys that Redis has and memory lacks | ", "getOrSetMany, 100 keys from Redis"],
  ["packages/backends/mysql/README.md", "| one at a time | ", "MariaDB, one read at a time"],
  ["packages/backends/postgres/README.md", "| one at a time | ", "PostgreSQL, one read at a time"],
  [
    "packages/backends/postgres/README.md",
    "| 100 at once, as one statement | ",
    "PostgreSQL, 100 concurrent reads",
  ],
  ["packages/backends/memcached/README.md", "| one at a time | ", "memcached, one read at a time"],
  ["packages/backends/memcached/README.md", "| 100 at once | ", "memcached, 100 concurrent reads"],
  ["packages/backends/s3/README.md", "| one at a time | ", "S3 (Ceph), one read at a time"],
  ["packages/backends/s3/README.md", "| 100 at once | ", "S3 (Ceph), 100 concurrent reads"],
  ["packages/backends/redis/README.md", "| ioredis 6 | ", "Redis, one read at a time"],
  ["packages/backends/redis/README.md", "| node-redis 6 | ", "node-redis, one read at a time"],
];
/** Runs differ by so much on one machine. */
const ROOM = 1.25;

test.each(FIGURES)("%s: the figure of %s is near the last measurement", (page, row, measured) => {
  const line = read(page)
    .split("\n")
    .find((text) => text.startsWith(row));
  const shown = Number.parseFloat(line?.slice(row.length) ?? "");
  const value = results.find(({ name }) => name === measured)?.value ?? Number.NaN;
  expect(shown).toBeGreaterThan(value / ROOM);
  expect(shown).toBeLessThan(value * ROOM);
});
