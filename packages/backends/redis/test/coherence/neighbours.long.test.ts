import { compose } from "@hitbox/composition";
import { type Backend, type CacheBackend, cacheBackend, cacheValue } from "@hitbox/core";
import { memory } from "@hitbox/memory";
import {
  type RedisClusterServers,
  type RedisServer,
  startRedis,
  startRedisCluster,
} from "@hitbox/test-servers";
import { deadline, prefixed, readOnly, retry } from "@hitbox/wrappers";
import { Cluster } from "ioredis";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { redis } from "../../src/index.ts";
import { clusterClient, entry, failureOf, freshPrefix, until } from "../support.ts";
import { Notes } from "./support.ts";

type Change = readonly [name: string, change: (user: CacheBackend) => unknown, now: unknown];

const CHANGES: readonly Change[] = [
  ["set", (user) => user.set("tenant:key", cacheValue("new")), "new"],
  ["delete", (user) => user.delete("tenant:key"), undefined],
  [
    "setMany",
    (user) =>
      user.setMany([
        ["tenant:key", cacheValue("new")],
        ["other", cacheValue("new")],
      ]),
    "new",
  ],
  ["deleteMany", (user) => user.deleteMany(["tenant:key", "other"]), undefined],
  [
    "setFenced",
    async (user) => {
      const { fence } = await user.lease("tenant:key", 1_000);
      return user.setFenced("tenant:key", cacheValue("new"), fence);
    },
    "new",
  ],
  ["clear", (user) => user.clear(), undefined],
];

const dataOf = async (backend: CacheBackend, key = "tenant:key"): Promise<unknown> =>
  (await backend.get(key))?.data;
const near = (): Backend<unknown> => memory({ maxEntries: 100 });

/** Resolves when the key is answered from memory. */
async function untilNear(backend: CacheBackend, key = "tenant:key"): Promise<void> {
  await until(async () => {
    await backend.get(key);
    return !(backend.get(key) instanceof Promise);
  });
}

let server: RedisServer;
beforeAll(async () => {
  server = await startRedis();
});
afterAll(() => server.close());

describe.each(["tracking", "bus"] as const)("over one backend, by %s,", (by) => {
  let shared: Required<Backend>;
  let mine: CacheBackend;
  beforeEach(async () => {
    const coherence = { by, heartbeat: 5_000 };
    shared = redis({ url: server.url, prefix: freshPrefix(), timeout: 1_000, coherence }) as typeof shared;
    mine = compose(near(), shared);
    await mine.set("tenant:key", cacheValue("old"));
    await untilNear(mine);
  });
  afterEach(() => {
    server.resume();
    return mine.close();
  });

  it.each(CHANGES)(
    "a %s by another composition is heard at once, and costs it no copy",
    async (name, change, now) => {
      const other = compose(near(), shared);
      await other.set("away", cacheValue(1));
      await untilNear(other, "away");
      await change(other);
      const kept = other.get("tenant:key");
      expect(await dataOf(mine)).toBe(now);
      // What a script writes the server tells to its own connection as well.
      const isKept = now !== undefined && !(by === "tracking" && name === "setFenced");
      if (isKept) expect(kept).toMatchObject({ data: now });
      await other.close();
    },
  );

  it.each(CHANGES)("a %s by a typed backend is heard at once", async (_, change, now) => {
    await change(cacheBackend(shared));
    expect(await dataOf(mine)).toBe(now);
  });

  it("what is written without a typed backend is heard at once", async () => {
    await shared.write("tenant:key", entry("new"));
    expect(await dataOf(mine)).toBe("new");
    await untilNear(mine);
    await shared.clear();
    expect(await dataOf(mine)).toBeUndefined();
  });

  it("changes through wrappers, and under their prefixes, are heard at once, each way", async () => {
    const wrapped = retry(deadline(prefixed(shared, "tenant:"), { after: 5_000 }));
    const tenants = [compose(near(), wrapped), compose(near(), readOnly(wrapped))];
    for (const tenant of tenants) await untilNear(tenant, "key");
    await tenants[0]?.set("key", cacheValue("theirs"));
    expect(tenants[0]?.get("key")).toMatchObject({ data: "theirs" });
    expect(await dataOf(mine)).toBe("theirs");
    expect(await dataOf(tenants[1] as CacheBackend, "key")).toBe("theirs");
    await mine.set("tenant:key", cacheValue("mine"));
    expect(mine.get("tenant:key")).toMatchObject({ data: "mine" });
    for (const tenant of tenants) expect(await dataOf(tenant, "key")).toBe("mine");
  });

  it("a write that fails at its deadline is heard then, and once more when it is done after all", async () => {
    const notes = new Notes();
    cacheBackend(shared).watch(notes);
    await notes.up();
    notes.clear();
    server.stop();
    const { code } = await failureOf(() => cacheBackend(shared).set("tenant:key", cacheValue("late")));
    expect(code).toBe("timeout");
    expect(notes.all).toEqual(["tenant:key"]);
    server.resume();
    await until(() => notes.count("tenant:key") >= 2);
    expect(await dataOf(mine)).toBe("late");
  });

  it("a write that a wrapper gives up earlier is heard when it is done", async () => {
    server.stop();
    const hasty = cacheBackend(deadline(shared, { after: 20 }));
    const { code } = await failureOf(() => hasty.set("tenant:key", cacheValue("late")));
    expect(code).toBe("timeout");
    server.resume();
    await until(async () => (await dataOf(mine)) === "late");
  });

  it("each may be closed, in any order", async () => {
    const others = [compose(near(), shared), cacheBackend(shared)];
    for (const other of others) await other.close();
    await mine.close();
  });
});

describe("over one backend of a cluster", () => {
  let cluster: RedisClusterServers;
  beforeAll(async () => {
    cluster = await startRedisCluster();
  });
  afterAll(() => cluster.close());

  it.each(CHANGES)("a %s is heard at once, and costs no copy of one's own", async (_, change, now) => {
    const client = clusterClient(Cluster, cluster);
    const shared = redis({ client, prefix: freshPrefix(), coherence: "bus" });
    const [mine, other] = [compose(near(), shared), compose(near(), shared)];
    await mine.set("tenant:key", cacheValue("old"));
    await untilNear(mine);
    await change(other);
    const kept = other.get("tenant:key");
    expect(await dataOf(mine)).toBe(now);
    if (now !== undefined) expect(kept).toMatchObject({ data: now });
    await Promise.all([mine.close(), other.close()]);
    client.disconnect();
  });
});
