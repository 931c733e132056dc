import { setTimeout as wait } from "node:timers/promises";
import type { Backend } from "@hitbox/core";
import { type RedisServer, redisCommand, startRedis } from "@hitbox/test-servers";
import { afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { redis } from "../../src/index.ts";
import { build, startChild } from "../child.ts";
import { Notes } from "./support.ts";

const WRITERS = 4;
const SECONDS = 3;
/**
 * Milliseconds after which a change counts as unheard, on a machine that is busy with all of these processes.
 */
const UNHEARD = 1_000;

/**
 * Writes and deletes at random, and tells of every change that was acknowledged: its key, and when it began
 * and ended.
 */
const WRITER = `
  import { redis } from "../dist/index.js";
  const [, url, by, seconds] = process.argv;
  const backend = redis({ url, prefix: "fleet", coherence: by });
  const entry = (version) => ({ payload: Buffer.from(JSON.stringify(version)), format: "json", createdAt: version });
  const done = [];
  const until = clock() + seconds * 1000;
  for (let version = 1; clock() < until; version++) {
    const key = "key" + Math.floor(Math.random() * 200);
    const start = clock();
    try {
      if (version % 5 === 0) await backend.remove(key);
      else await backend.write(key, entry(version));
      // A delete of what is not there changes nothing, and is not told by tracking.
      if (version % 5 !== 0 || by === "bus") done.push([key, start, clock()]);
    } catch {}
    // What is measured is not how processes queue for a core.
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
  await backend.close();
  say(JSON.stringify(done));
`;

interface Change {
  readonly key: string;
  readonly start: number;
  readonly end: number;
}

/** Notes when each key was last told of; a gap tells of all keys. */
class Times extends Notes {
  readonly #byKey = new Map<string, number[]>();
  readonly #gaps: number[] = [];

  override changed(keys: readonly string[]): void {
    for (const key of keys) {
      const times = this.#byKey.get(key) ?? [];
      times.push(now());
      this.#byKey.set(key, times);
    }
  }

  override lost(): void {
    super.lost();
    this.#gaps.push(now());
  }

  override restored(): void {
    super.restored();
    this.#gaps.push(now());
  }

  /** How long after its end a change was told, at the first moment that comes after its start. */
  lateness({ key, start, end }: Change): number {
    const told = [...(this.#byKey.get(key) ?? []), ...this.#gaps].filter((time) => time >= start);
    return Math.max(0, Math.min(...told) - end);
  }
}

function now(): number {
  return performance.timeOrigin + performance.now();
}

let server: RedisServer;
beforeAll(() => build(), 60_000);
beforeEach(async () => {
  server = await startRedis();
});
afterEach(() => server.close());

describe.each(["tracking", "bus"] as const)("what a fleet of processes changes, by %s,", (by) => {
  let backend: Required<Backend>;
  afterEach(() => backend.close());

  const fleet = async (notes: Notes): Promise<Change[]> => {
    backend = redis({ url: server.url, prefix: "fleet", coherence: by }) as Required<Backend>;
    backend.watch(notes);
    await notes.up();
    const writers = Array.from({ length: WRITERS }, () => startChild(WRITER, server.url, by, `${SECONDS}`));
    const told = await Promise.all(writers.map((writer) => writer.hear()));
    await wait(UNHEARD);
    const changes = told.flatMap((line) => JSON.parse(line ?? "") as [string, number, number][]);
    return changes.map(([key, start, end]) => ({ key, start, end }));
  };

  const report = (times: Times, changes: readonly Change[]): number => {
    const late = changes.map((change) => times.lateness(change)).sort((one, other) => one - other);
    const at = (share: number): string => (late[Math.floor(late.length * share)] ?? 0).toFixed(2);
    const [median, most] = [at(0.5), at(0.999)];
    console.log(
      `${by}: ${late.length} changes, told after ${median} ms (median), ${most} ms (p99.9), ${at(0.99999)} ms at most`,
    );
    return late.at(-1) ?? Number.POSITIVE_INFINITY;
  };

  it("is all told, and soon", async () => {
    const times = new Times();
    const changes = await fleet(times);
    expect(changes.length).toBeGreaterThan(1_000);
    expect(report(times, changes)).toBeLessThan(UNHEARD);
    expect(times.all).toEqual(["<restored>"]);
  });

  it("is all told by name or as a gap, while connections are killed", async () => {
    const times = new Times();
    let isOver = false;
    const killing = (async () => {
      while (!isOver) {
        await wait(Math.random() * 200);
        const type = Math.random() < 0.5 ? "pubsub" : "normal";
        await redisCommand(server.port, "CLIENT", "KILL", "TYPE", type);
      }
    })();
    const changes = await fleet(times);
    isOver = true;
    await killing;
    expect(changes.length).toBeGreaterThan(1_000);
    expect(report(times, changes)).toBeLessThan(3 * UNHEARD);
  });
});
