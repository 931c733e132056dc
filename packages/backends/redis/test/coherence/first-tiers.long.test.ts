import { setTimeout as wait } from "node:timers/promises";
import { compose } from "@hitbox/composition";
import { cacheValue } from "@hitbox/core";
import { memory } from "@hitbox/memory";
import {
  type RedisClusterServers,
  type RedisServer,
  redisCommand,
  startRedis,
  startRedisCluster,
} from "@hitbox/test-servers";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { redis } from "../../src/index.ts";
import { build, startChild } from "../child.ts";
import { succeeds, until } from "../support.ts";

// The proof that first tiers stay coherent: processes that read, write and delete the same keys through
// memory over Redis, and a look afterwards at whether anyone read what had been replaced before.
const PROCESSES = 4;
const SECONDS = process.env.FLEET_SECONDS;
/** Milliseconds. The goal for the 99.9th percentile on a machine that has a core for each process. */
const GOAL = 10;
/** On a machine that has not: the processes queue for cores, for some times 10 ms. */
const BOUND = 250;

const MEMBER = `
  import { compose } from "@hitbox/composition";
  import { cacheValue } from "@hitbox/core";
  import { memory } from "@hitbox/memory";
  import { redis } from "../dist/index.js";
  const [, servers, by, seconds, name] = process.argv;
  // The same clock for every process of the machine, in milliseconds.
  const instant = () => Number(process.hrtime.bigint()) / 1e6;
  // What is acknowledged is in Redis: by default, a set is content with either tier.
  const options = { write: "l2-first" };
  const backend = compose(memory({ maxEntries: 1000 }), redis({ ...JSON.parse(servers), prefix: "fleet", coherence: by }), options);
  const writes = [];
  const reads = [];
  let near = 0;
  const read = async () => {
    const key = Math.floor(Math.random() * 200);
    const start = instant();
    try {
      const answer = backend.get("key" + key);
      if (!(answer instanceof Promise)) near++;
      reads.push([key, (await answer)?.data ?? null, start]);
    } catch {}
  };
  const write = async (version) => {
    const key = Math.floor(Math.random() * 200);
    const id = version % 5 === 0 ? null : name + version;
    const start = instant();
    let isDone = true;
    try {
      if (id === null) await backend.delete("key" + key);
      else await backend.set("key" + key, cacheValue(id));
    } catch {
      isDone = false;
    }
    writes.push([key, id, start, isDone ? instant() : null]);
  };
  const end = instant() + seconds * 1000;
  for (let version = 1; instant() < end; version++) {
    const several = Array.from({ length: 10 }, read);
    await Promise.all(version % 4 === 0 ? [...several, write(version)] : several);
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
  await backend.close();
  say(JSON.stringify({ writes, reads, near }));
`;

interface Write {
  readonly key: number;
  /** Null: a delete. */
  readonly id: string | null;
  readonly start: number;
  /** Infinity where it failed: it may have happened or not, at any time. */
  readonly end: number;
}

interface Read {
  readonly key: number;
  readonly id: string | null;
  readonly start: number;
}

interface History {
  readonly writes: readonly Write[];
  readonly reads: readonly Read[];
  readonly near: number;
}

type Servers = { readonly url: string } | { readonly cluster: readonly string[] };

/** How long a fleet plays. One over a cluster is the same one, at the owner of its channel. */
function secondsOf(servers: Servers): string {
  return SECONDS ?? ("url" in servers ? "30" : "10");
}

async function play(servers: Servers, by: string): Promise<History> {
  const children = Array.from({ length: PROCESSES }, (_, index) =>
    startChild(MEMBER, JSON.stringify(servers), by, secondsOf(servers), "abcdefgh".charAt(index)),
  );
  const told = await Promise.all(children.map((child) => child.hear()));
  const all = told.map(
    (line) => JSON.parse(line ?? "") as { writes: unknown[][]; reads: unknown[][]; near: number },
  );
  return {
    writes: all.flatMap(({ writes }) =>
      writes.map(
        ([key, id, start, end]) => ({ key, id, start, end: end ?? Number.POSITIVE_INFINITY }) as Write,
      ),
    ),
    reads: all.flatMap(({ reads }) => reads.map(([key, id, start]) => ({ key, id, start }) as Read)),
    near: all.reduce((sum, { near }) => sum + near, 0),
  };
}

/** Breaks all publishing or all subscribed connections to a server, time and again until `fleet` is over. */
async function whileKilled(servers: readonly RedisServer[], fleet: () => Promise<History>): Promise<History> {
  const over = new AbortController();
  const killing = (async () => {
    while (!over.signal.aborted) {
      await wait(50 + Math.random() * 500);
      const type = Math.random() < 0.5 ? "pubsub" : "normal";
      const { port } = servers[Math.floor(Math.random() * servers.length)] as RedisServer;
      await redisCommand(port, "CLIENT", "KILL", "TYPE", type);
    }
  })();
  const history = await fleet();
  over.abort();
  await killing;
  return history;
}

/**
 * For each write, for how many milliseconds after its end somebody still began to read a value that was
 * certainly older: whose own write had ended before this one began.
 */
function lateness({ writes, reads }: History): number[] {
  const byId = new Map(writes.map((write) => [write.id, write]));
  const readsOf = new Map<number, Read[]>(reads.map(({ key }) => [key, []]));
  for (const read of reads) readsOf.get(read.key)?.push(read);
  return writes
    .filter(({ end }) => Number.isFinite(end))
    .map((write) => {
      const stale = (readsOf.get(write.key) ?? []).filter(
        ({ id, start }) => id !== null && start > write.end && (byId.get(id)?.end ?? 0) < write.start,
      );
      return stale.reduce((latest, { start }) => Math.max(latest, start - write.end), 0);
    })
    .sort((one, other) => one - other);
}

function report(by: string, history: History): number {
  const late = lateness(history);
  const at = (share: number): number => late[Math.min(late.length - 1, Math.floor(late.length * share))] ?? 0;
  const { writes, reads, near } = history;
  console.log(
    `${by}: ${PROCESSES} processes, ${reads.length} reads (${Math.round((100 * near) / reads.length)} % by memory), ` +
      `${writes.length} writes; older values read until ${at(0.999).toFixed(1)} ms (p99.9) and ${at(1).toFixed(1)} ms (all) ` +
      `after a write was acknowledged; goal ${GOAL} ms`,
  );
  return at(0.999);
}

let server: RedisServer;
beforeAll(() => build("backends/memory", "composition"), 60_000);
beforeEach(async () => {
  server = await startRedis();
});
afterEach(() => server.close());

describe.each(["tracking", "bus"] as const)("first tiers, by %s,", (by) => {
  it("never answer for long with what another process has replaced", { timeout: 120_000 }, async () => {
    const history = await play({ url: server.url }, by);
    expect(history.near).toBeGreaterThan(history.reads.length / 4);
    expect(report(by, history)).toBeLessThan(BOUND);
  });

  it("nor while connections are killed at random", { timeout: 120_000 }, async () => {
    const history = await whileKilled([server], () => play({ url: server.url }, by));
    expect(report(`${by}, connections killed`, history)).toBeLessThan(BOUND);
  });
});

describe("first tiers over a cluster, by bus,", () => {
  let cluster: RedisClusterServers;
  beforeAll(async () => {
    cluster = await startRedisCluster();
  });
  afterAll(() => cluster.close());

  it("never answer for long with what another process has replaced", { timeout: 120_000 }, async () => {
    const history = await play({ cluster: cluster.urls }, "bus");
    expect(history.near).toBeGreaterThan(history.reads.length / 4);
    expect(report("bus of a cluster", history)).toBeLessThan(BOUND);
  });

  it("nor while connections are killed at random", { timeout: 120_000 }, async () => {
    const history = await whileKilled(cluster.nodes.slice(0, 3), () =>
      play({ cluster: cluster.urls }, "bus"),
    );
    expect(report("bus of a cluster, connections killed", history)).toBeLessThan(BOUND);
  });
});

it("what is deleted by redis-cli is gone from every first tier", async () => {
  const open = () =>
    compose(memory({ maxEntries: 10 }), redis({ url: server.url, prefix: "fleet", coherence: "tracking" }));
  const members = [open(), open(), open()];
  await members[0]?.set("key", cacheValue("value"));
  const inMemory = async (): Promise<void> => {
    for (const member of members) await member.get("key");
    for (const member of members) expect(member.get("key")).toMatchObject({ data: "value" });
  };
  await until(succeeds(inMemory));
  await redisCommand(server.port, "DEL", "fleet::key");
  const isGone = async (): Promise<void> => {
    for (const member of members) expect(await member.get("key")).toBeUndefined();
  };
  await until(succeeds(isGone));
  await Promise.all(members.map((member) => member.close()));
});
