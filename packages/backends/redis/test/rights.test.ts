import type { Backend } from "@hitbox/core";
import {
  type RedisClusterServers,
  type RedisServer,
  redisCommand,
  startRedis,
  startRedisCluster,
} from "@hitbox/test-servers";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { type RedisOptions, type RedisWarning, redis } from "../src/index.ts";
import { Notes } from "./coherence/support.ts";
import { makeUser, RULES, rules } from "./rights.ts";
import { entry, failureOf, textOf, until } from "./support.ts";

let opened: Backend[];
let warnings: RedisWarning[];
beforeEach(() => {
  [opened, warnings] = [[], []];
});
afterEach(async () => {
  await Promise.all(opened.map((backend) => backend.close?.()));
});

function open(options: Partial<RedisOptions>): Required<Backend> {
  const onWarning = (warning: RedisWarning): void => void warnings.push(warning);
  const login = { username: "user", password: "secret" };
  const backend = redis({ ...login, prefix: "shop", onWarning, ...options } as RedisOptions);
  opened.push(backend);
  return backend as Required<Backend>;
}

async function entriesWork(tier: Required<Backend>): Promise<void> {
  await tier.write("a", entry("1"));
  await tier.writeMany([["b", entry("2", { expiresAt: Date.now() + 60_000 })]]);
  expect(textOf(await tier.read("a"))).toBe("1");
  expect((await tier.readMany(["a", "b"])).map(textOf)).toEqual(["1", "2"]);
  expect(await tier.remove("a")).toEqual({ status: "deleted", count: 1 });
  expect(await tier.removeMany(["a", "b"])).toEqual([{ status: "missing" }, { status: "deleted", count: 1 }]);
}

/** Every branch of every script. */
async function leasesWork(tier: Required<Backend>): Promise<void> {
  for (const key of ["missing", "there"]) {
    if (key === "there") await tier.write(key, entry("value"));
    const { fence, granted } = await tier.lease(key, 1_000);
    expect(granted).toBe(true);
    await tier.releaseLease(key, fence);
    expect((await tier.lease(key, 1_000)).granted).toBe(true);
    expect(await tier.writeFenced(key, entry("loaded"), fence)).toBe(true);
  }
}

async function coherenceWorks(mine: Required<Backend>, other: Required<Backend>): Promise<void> {
  const notes = new Notes();
  mine.watch(notes);
  await notes.up();
  await other.write("key", entry("value"));
  await until(() => notes.count("key") > 0);
  await other.remove("key");
  await until(() => notes.count("key") > 1);
  expect(notes.isUp).toBe(true);
}

describe("the rights in the README, on one server,", () => {
  let server: RedisServer;
  beforeAll(async () => {
    server = await startRedis();
  });
  afterAll(() => server.close());
  afterEach(() => expect(warnings).toEqual([]));

  it("are enough for entries, and nothing is printed", async () => {
    const print = (["warn", "error", "log"] as const).map((name) => vi.spyOn(console, name));
    await makeUser(server.port, rules(["entries"]));
    await entriesWork(open({ url: server.url }));
    for (const spy of print) {
      expect(spy).not.toHaveBeenCalled();
      spy.mockRestore();
    }
  });

  it("are enough for another database", async () => {
    await makeUser(server.port, rules(["entries", "database"]));
    await entriesWork(open({ url: server.url, database: 3 }));
  });

  it("are enough for clear", async () => {
    await makeUser(server.port, rules(["entries", "clear"]));
    const tier = open({ url: server.url });
    await tier.write("a", entry("1"));
    await tier.clear();
    expect(await tier.read("a")).toBeUndefined();
  });

  it("are enough for leases", async () => {
    await makeUser(server.port, rules(["entries", "leases"]));
    await leasesWork(open({ url: server.url }));
  });

  it.each(["tracking", "bus"] as const)("are enough for %s", async (coherence) => {
    await makeUser(server.port, rules(["entries", coherence]));
    await coherenceWorks(open({ url: server.url, coherence }), open({ url: server.url, coherence }));
  });
});

describe("a right that is missing", () => {
  let server: RedisServer;
  beforeEach(async () => {
    server = await startRedis();
  });
  afterEach(() => server.close());

  const attempts: Record<string, (tier: Required<Backend>) => unknown> = {
    "+get": (tier) => tier.read("key"),
    "+mget": (tier) => tier.readMany(["key"]),
    "+set": (tier) => tier.write("key", entry("value")),
    "+unlink": (tier) => tier.remove("key"),
  };

  it.each(Object.keys(attempts))("is named by the error of an entry: %s", async (right) => {
    await makeUser(server.port, rules(["entries"], [right]));
    const tier = open({ url: server.url });
    const error = await Promise.resolve(attempts[right]?.(tier)).catch((reason: unknown) => reason);
    expect(tier.classify(error)).toBe("internal");
    expect((error as Error).message).toContain(`'${right.slice(1)}'`);
    for (const [other, attempt] of Object.entries(attempts)) if (other !== right) await attempt(tier);
  });

  it("costs the count of a delete, which is said once, if it is that to STRLEN", async () => {
    await makeUser(server.port, rules(["entries"], ["+strlen"]));
    const tier = open({ url: server.url });
    await tier.write("key", entry("value"));
    expect(await tier.remove("key")).toEqual({ status: "deleted", count: 1 });
    expect(await tier.removeMany(["key"])).toEqual([{ status: "missing" }]);
    expect(warnings).toEqual([
      expect.objectContaining({ code: "HITBOX_REDIS_COUNTS", message: expect.stringContaining("'strlen'") }),
    ]);
  });

  it("is named by the error, if it is that to a key", async () => {
    await makeUser(server.port, rules(["entries"]));
    const tier = open({ url: server.url, prefix: "other" });
    await expect(tier.read("key")).rejects.toThrow(/NOPERM .*keys/);
  });

  it.each(["+scan"])("is named by a clear, and costs nothing else: %s", async (right) => {
    await makeUser(server.port, rules(["entries", "clear"], [right]));
    const tier = open({ url: server.url });
    const { code, error } = await failureOf(() => tier.clear());
    expect([code, error.message]).toEqual(["unsupported", expect.stringContaining("'scan'")]);
    await entriesWork(tier);
    expect(warnings.map(({ code: one }) => one)).toEqual(["HITBOX_REDIS_CLEAR"]);
  });

  it.each(["+scan", "+strlen"])("is named by a listing, and costs it alone: %s", async (right) => {
    await makeUser(server.port, rules(["entries", "keys"], [right]));
    const tier = open({ url: server.url });
    await tier.write("key", entry("value"));
    const { code, error } = await failureOf(() =>
      tier.keys({ prefix: "", cursor: undefined, limit: 10_000 }),
    );
    expect([code, error.message]).toEqual(["unsupported", expect.stringContaining(`'${right.slice(1)}'`)]);
    expect(await tier.read("key")).toBeDefined();
    expect(warnings.map(({ code: one }) => one)).toEqual(["HITBOX_REDIS_KEYS"]);
  });

  it.each((RULES.leases ?? []).filter((rule) => rule !== "+get" && rule !== "+set"))(
    "is named by a lease, and costs nothing else: %s",
    async (right) => {
      await makeUser(server.port, rules(["entries", "leases"], [right]));
      const tier = open({ url: server.url });
      const { code, error } = await failureOf(() => leasesWork(tier));
      expect(code).toBe("unsupported");
      expect(error.message.toUpperCase()).toContain(right.slice(1).toUpperCase());
      await entriesWork(tier);
      expect(warnings.map((warning) => warning.code)).toEqual(["HITBOX_REDIS_LEASES"]);
    },
  );

  it.each((RULES.leases ?? []).filter((rule) => rule !== "+get"))(
    "leaves no lease that others wait for: %s",
    async (right) => {
      await makeUser(server.port, [...rules(["entries", "leases"], [right]), `-${right.slice(1)}`]);
      const [tier, other] = [
        open({ url: server.url }),
        open({ url: server.url, username: "default", password: "" }),
      ];
      for (const key of ["missing", "there", "released"]) {
        if (key === "there") await other.write(key, entry("value"));
        if (key === "released") await other.releaseLease(key, (await other.lease(key, 60_000)).fence);
        const lease = Promise.resolve(tier.lease(key, 60_000));
        await lease.then(({ fence }) => tier.releaseLease(key, fence)).catch(() => {});
        expect([key, (await other.lease(key, 1_000)).granted]).toEqual([key, true]);
      }
    },
  );

  const ofCoherence = (["tracking", "bus"] as const).flatMap((way) =>
    (RULES[way] ?? []).map((right) => [way, right] as const),
  );

  it.each(ofCoherence)(
    "is named by a warning of %s, and costs nothing else: %s",
    async (coherence, right) => {
      await makeUser(server.port, rules(["entries", coherence], [right]));
      const tier = open({ url: server.url, coherence });
      const notes = new Notes();
      tier.watch(notes);
      await until(() => warnings.length > 0);
      await entriesWork(tier);
      const name = right.startsWith("&") ? "channel" : right.slice(1);
      expect(warnings[0]?.message.toLowerCase()).toContain(name);
      expect(notes.all.filter((said) => said.startsWith("<"))).toEqual([]);
      expect(new Set(warnings.map(({ message }) => message)).size).toBe(warnings.length);
    },
  );

  it("works again when it is given while the process runs", async () => {
    await makeUser(server.port, rules(["entries", "tracking"], ["+client|tracking"]));
    const tier = open({ url: server.url, coherence: "tracking" });
    const notes = new Notes();
    tier.watch(notes);
    await until(() => warnings.length > 0);
    await redisCommand(server.port, "ACL", "SETUSER", "user", "+client|tracking");
    await notes.up();
  });
});

describe("in a cluster", () => {
  let cluster: RedisClusterServers;
  beforeAll(async () => {
    cluster = await startRedisCluster();
  });
  afterAll(() => cluster.close());

  const makeUsers = (given: readonly string[]): Promise<unknown> =>
    Promise.all(cluster.nodes.map(({ port }) => makeUser(port, given)));

  it("the rights in the README are enough for entries, leases, clear and the bus", async () => {
    await makeUsers(rules(["entries", "cluster", "leases", "clear", "bus"]));
    const [mine, other] = [0, 1].map(() => open({ cluster: cluster.urls, coherence: "bus" }));
    await entriesWork(mine as Required<Backend>);
    await leasesWork(mine as Required<Backend>);
    await coherenceWorks(mine as Required<Backend>, other as Required<Backend>);
    await mine?.clear();
    expect(await mine?.read("there")).toBeUndefined();
    expect(warnings).toEqual([]);
  });

  it("a clear without the right to CLUSTER NODES takes two rounds, and no error", async () => {
    await makeUsers(rules(["entries", "cluster", "clear"], ["+cluster|nodes"]));
    const tier = open({ cluster: cluster.urls });
    await tier.write("a", entry("1"));
    await tier.clear();
    expect(await tier.read("a")).toBeUndefined();
    expect(warnings).toEqual([]);
  });

  it("the right to CLUSTER SLOTS is named when it is missing", async () => {
    await makeUsers(rules(["entries", "cluster"], ["+cluster|slots"]));
    const { code, error } = await failureOf(() => open({ cluster: cluster.urls }).read("key"));
    expect([code, error.message]).toEqual(["internal", expect.stringMatching(/NOPERM .*'cluster\|slots'/)]);
  });

  it("a slot that moves is followed with the rights in the README", async () => {
    await makeUsers(rules(["entries", "cluster"]));
    const tier = open({ cluster: cluster.urls });
    const [first, second] = cluster.nodes;
    const tag = "shop::{moving}";
    const slot = Number(await redisCommand(first?.port ?? 0, "CLUSTER", "KEYSLOT", tag));
    for (const key of ["{moving}a", "{moving}b"]) await tier.write(key, entry(key));
    const owner = await cluster.masterOf(slot, first as RedisServer);
    const to = owner === first ? second : first;
    await cluster.moveSlot(slot, to as RedisServer, async () => {
      for (const key of ["{moving}a", "{moving}b"]) expect(textOf(await tier.read(key))).toBe(key);
    });
    for (const key of ["{moving}a", "{moving}b"]) expect(textOf(await tier.read(key))).toBe(key);
  });
});
