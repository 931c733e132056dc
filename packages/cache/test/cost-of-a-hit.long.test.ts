import { execFileSync } from "node:child_process";
import { build } from "@hitbox/test-support";
import { beforeAll, describe, expect, it } from "vitest";

/** Counts promises with an async hook, and garbage as the growth of the young heap while nothing is collected. */
const PROGRAM = (setup: string, hit: string): string => `
  import { createHook } from "node:async_hooks";
  import { setTimeout as wait } from "node:timers/promises";
  import { createCache } from "../dist/index.js";
  import { compose } from "../../composition/dist/index.js";
  import { memory } from "../../backends/memory/dist/index.js";
  const TIMES = 2_000;
  const near = memory({ maxEntries: 100 });
  const cache = createCache({ backend: compose(near, memory({ maxEntries: 100, label: "far" })), ttl: "1h" });
  const load = () => ({ name: "Ada" });
  ${setup}
  const hits = async (times) => {
    for (let time = 0; time < times; time++) await ${hit};
  };
  await hits(20_000);
  let promises = 0;
  const hook = createHook({ init: (_, type) => type === "PROMISE" && promises++ }).enable();
  await hits(TIMES);
  hook.disable();
  const idle = promises;
  globalThis.gc();
  const least = [];
  // On a busy machine V8 takes its time to optimize.
  for (let round = 0; round < 40; round++) {
    globalThis.gc();
    const before = process.memoryUsage().heapUsed;
    await hits(TIMES);
    least.push((process.memoryUsage().heapUsed - before) / TIMES);
  }
  console.log(JSON.stringify({ promises: idle / TIMES, bytes: Math.min(...least.filter((bytes) => bytes > 0)) }));
`;

beforeAll(() => build("cache", "composition", "backends/memory"), 60_000);

function measure(setup: string, hit: string): { readonly promises: number; readonly bytes: number } {
  const args = [
    "--expose-gc",
    "--max-semi-space-size=64",
    "--input-type=module",
    "--eval",
    PROGRAM(setup, hit),
  ];
  return JSON.parse(execFileSync(process.execPath, args, { cwd: import.meta.dirname, encoding: "utf8" }));
}

interface Hit {
  readonly what: string;
  readonly setup: string;
  readonly call: string;
  /** Bytes of garbage that one hit may leave. */
  readonly bytes: number;
}

// Of the promises one or two are those of awaiting itself, which a bare async function costs too.
const HITS: readonly Hit[] = [
  {
    what: "getOrSet",
    setup: `await cache.getOrSet("a", load);`,
    call: `cache.getOrSet("a", load)`,
    bytes: 500,
  },
  {
    what: "getOrSet with options",
    setup: `const options = { ttl: "1m" }; await cache.getOrSet("a", load);`,
    call: `cache.getOrSet("a", load, options)`,
    bytes: 500,
  },
  { what: "get", setup: `await cache.set("a", load());`, call: `cache.get("a")`, bytes: 500 },
  {
    what: "getOrSet of an entity with a schema",
    setup: `const schema = { "~standard": { version: 1, vendor: "test", validate: (value) => ({ value }) } };
      const users = cache.entity({ prefix: "user", schema }); await users.set("a", load());`,
    call: `users.getOrSet("a", load)`,
    bytes: 500,
  },
  {
    what: "getOrSet with tags whose records are in the first tier too",
    setup: `
      const alone = createCache({ backend: memory({ maxEntries: 100 }), ttl: "1h", tags: ["x", "y"] });
      await alone.getOrSet("a", load); await wait(5); await alone.getOrSet("a", load);`,
    call: `alone.getOrSet("a", load)`,
    bytes: 2_500,
  },
];

describe("a hit in the first tier", () => {
  it.each(HITS)("$what makes at most 3 promises and $bytes bytes of garbage", (hit) => {
    const { promises, bytes } = measure(hit.setup, hit.call);
    expect(promises).toBeLessThanOrEqual(3.01);
    expect(bytes).toBeLessThanOrEqual(hit.bytes);
  });
});
