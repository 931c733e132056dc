import { setTimeout as wait } from "node:timers/promises";
import { cacheBackend, cacheValue } from "@hitbox/core";
import {
  type RedisClusterServers,
  type RedisServer,
  redisCommand,
  startRedisCluster,
} from "@hitbox/test-servers";
import { collected } from "@hitbox/test-support";
import slotOf from "cluster-key-slot";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { redis } from "../src/index.ts";
import { CLUSTERS, clusterClient, entry, freshPrefix, textOf } from "./support.ts";

const KEYS = Array.from({ length: 300 }, (_, index) => `key${index}`);

let cluster: RedisClusterServers;
beforeAll(async () => {
  cluster = await startRedisCluster();
});
afterAll(() => cluster.close());

function server(index: number): RedisServer {
  return cluster.nodes[index] as RedisServer;
}

async function callsOf(index: number, command: string): Promise<number> {
  const stats = await redisCommand(server(index).port, "INFO", "commandstats");
  return Number(stats.match(`cmdstat_${command}:calls=(\\d+)`)?.[1] ?? 0);
}

describe.each(CLUSTERS)("in a cluster, $version", ({ Cluster }) => {
  let client: InstanceType<typeof Cluster>;
  let prefix: string;
  let tier: Required<ReturnType<typeof redis>>;
  beforeEach(() => {
    client = clusterClient(Cluster, cluster);
    prefix = freshPrefix();
    tier = redis({ client, prefix, timeout: 20_000 }) as typeof tier;
  });
  afterEach(async () => {
    await tier.clear();
    client.disconnect();
  });

  const fill = () => tier.writeMany(KEYS.map((key) => [key, entry(key)] as const));

  it("batches reach every master, and come back in order", async () => {
    await fill();
    expect((await tier.readMany([...KEYS, "none"])).map(textOf)).toEqual([...KEYS, undefined]);
    for (const index of [0, 1, 2]) {
      expect(Number(await redisCommand(server(index).port, "DBSIZE"))).toBeGreaterThan(50);
    }
    const removed = await tier.removeMany([...KEYS, "none"]);
    expect(removed.filter(({ status }) => status === "deleted")).toHaveLength(KEYS.length);
    expect(removed.at(-1)).toEqual({ status: "missing" });
  });

  it("reads of one tick are few packets to each node", async () => {
    const cache = cacheBackend(tier);
    await fill();
    const reads = async (index: number) =>
      Number(
        /total_reads_processed:(\d+)/.exec(await redisCommand(server(index).port, "INFO", "stats"))?.[1],
      );
    const before = await reads(0);
    const values = await Promise.all(KEYS.map((key) => cache.get<string>(key)));
    expect(values.map((value) => value?.data)).toEqual(KEYS);
    // Besides them, the nodes talk with each other, and this test asks for the number.
    expect((await reads(0)) - before).toBeLessThan(30);
  });

  it("clear removes what the prefix has on every master, and nothing else", async () => {
    await fill();
    const other = redis({ client, prefix: freshPrefix() }) as typeof tier;
    await other.writeMany(KEYS.map((key) => [key, entry(key)] as const));
    await tier.clear();
    expect((await tier.readMany(KEYS)).every((value) => value === undefined)).toBe(true);
    expect((await other.readMany(KEYS)).map(textOf)).toEqual(KEYS);
    await other.clear();
    for (const index of [0, 1, 2]) expect(await redisCommand(server(index).port, "DBSIZE")).toBe("0");
  });

  it("clear keeps to a client's keyPrefix", async () => {
    const within = clusterClient(Cluster, cluster, { keyPrefix: "app:" });
    const inner = redis({ client: within, prefix }) as typeof tier;
    await inner.write("key", entry("value"));
    await tier.write("key", entry("outer"));
    await inner.clear();
    expect(await inner.read("key")).toBeUndefined();
    expect(textOf(await tier.read("key"))).toBe("outer");
    within.disconnect();
  });

  it("nothing is lost, and nothing fails, while a slot is moved under load", async () => {
    // All of one slot: the part in braces decides.
    const [slot, keys] = [slotOf("moved"), KEYS.map((key) => `{moved}${key}`)];
    const version = new Map(keys.map((key) => [key, 0]));
    await tier.writeMany(keys.map((key) => [key, entry("0")] as const));
    let isOver = false;
    const load = async (part: readonly string[]): Promise<void> => {
      while (!isOver) {
        for (const key of part) {
          const next = (version.get(key) ?? 0) + 1;
          await tier.write(key, entry(`${next}`));
          version.set(key, next);
          expect(textOf(await tier.read(key))).toBe(`${next}`);
        }
        const expected = part.map((key) => `${version.get(key)}`);
        expect((await tier.readMany(part)).map(textOf)).toEqual(expected);
      }
    };
    const running = [0, 1, 2].map((part) => load(keys.slice(100 * part, 100 * part + 100)));
    const from = await cluster.masterOf(slot, server(0));
    const to = server((cluster.nodes.indexOf(from) + 1) % 3);
    await cluster.moveSlot(slot, to, () => wait(300));
    await wait(200);
    isOver = true;
    await Promise.all(running);
    expect((await tier.removeMany(keys)).every(({ status }) => status === "deleted")).toBe(true);
  });

  it("clear finds the keys of a slot that is being moved", async () => {
    const keys = KEYS.map((key) => `{cleared}${key}`);
    await tier.writeMany(keys.map((key) => [key, entry("0")] as const));
    const slot = slotOf("cleared");
    const from = await cluster.masterOf(slot, server(0));
    await cluster.moveSlot(slot, server((cluster.nodes.indexOf(from) + 1) % 3), async () => tier.clear());
    expect((await tier.readMany(keys)).every((value) => value === undefined)).toBe(true);
  });

  it("clear finds keys that a scan has missed because they were moved before it came to them", async () => {
    const keys = KEYS.map((key) => `{hopped}${key}`);
    await tier.writeMany(keys.map((key) => [key, entry("0")] as const));
    const slot = slotOf("hopped");
    const from = await cluster.masterOf(slot, server(0));
    const source = client.nodes("master").find(({ options }) => options.port === from.port);
    if (source === undefined) throw new Error("the client does not know the master");
    // The source is scanned when all has left it, the others before.
    const scan = source.scanBuffer.bind(source) as (...words: unknown[]) => Promise<[Buffer, Buffer[]]>;
    let moving: Promise<void> | undefined;
    const scanLate = async (...words: unknown[]): Promise<[Buffer, Buffer[]]> => {
      moving ??= wait(100).then(() => cluster.moveSlot(slot, server((cluster.nodes.indexOf(from) + 1) % 3)));
      await moving;
      return scan(...words);
    };
    Object.assign(source, { scanBuffer: scanLate });
    await tier.clear();
    expect((await tier.readMany(keys)).every((value) => value === undefined)).toBe(true);
  });

  it("a listing has the keys of all masters, and of a slot that is moved while it goes on", async () => {
    const keys = KEYS.map((key) => `{listed}${key}`);
    await tier.writeMany(keys.map((key) => [key, entry("0")] as const));
    const slot = slotOf("listed");
    // In the order of the scans: the keys go from the last to the first, when the first has been scanned.
    const address = ({ port }: RedisServer): string => `127.0.0.1:${port}`;
    const [first, , last] = [0, 1, 2].map(server).sort((one, two) => (address(one) < address(two) ? -1 : 1));
    if ((await cluster.masterOf(slot, server(0))) !== last) await cluster.moveSlot(slot, last as RedisServer);
    let moving: Promise<void> | undefined;
    const found = new Set<string>();
    for await (const page of cacheBackend(tier).keys({ pageSize: 10_000 })) {
      for (const key of page) found.add(key);
      moving ??= cluster.moveSlot(slot, first as RedisServer);
      await moving;
    }
    expect(keys.filter((key) => !found.has(key))).toEqual([]);
    await tier.removeMany(keys);
  });

  it("a listing asks for the masters of a cluster at each of them, and not for each page", async () => {
    await fill();
    const asked = async () => {
      const calls = await Promise.all(cluster.nodes.map((_, index) => callsOf(index, "cluster\\|slots")));
      return calls.reduce((sum, some) => sum + some);
    };
    const before = await asked();
    const pages = await collected(cacheBackend(tier).keys({ pageSize: 5 }));
    expect(pages.flat().sort()).toEqual([...KEYS].sort());
    expect(pages.length).toBeGreaterThan(30);
    expect((await asked()) - before).toBeLessThan(10);
  });

  it("reads are answered by replicas where the client says so", async () => {
    const scaled = clusterClient(Cluster, cluster, { scaleReads: "slave" });
    const reader = redis({ client: scaled, prefix }) as typeof tier;
    await reader.write("key", entry("value"));
    const before = await Promise.all([0, 1, 2].map((index) => callsOf(index, "get")));
    await wait(50);
    for (let round = 0; round < 20; round++) expect(textOf(await reader.read("key"))).toBe("value");
    expect(await Promise.all([0, 1, 2].map((index) => callsOf(index, "get")))).toEqual(before);
    scaled.disconnect();
  });
});

describe("a cluster by urls", () => {
  it("is found from one of its nodes, and reads from replicas where asked to", async () => {
    const tier = redis({ cluster: [server(4).url], readFrom: "replicas" });
    const cache = cacheBackend(tier);
    await cache.set("key", cacheValue("value"));
    await wait(50);
    const before = await Promise.all([3, 4, 5].map((index) => callsOf(index, "get")));
    for (let round = 0; round < 20; round++) expect((await cache.get("key"))?.data).toBe("value");
    const after = await Promise.all([3, 4, 5].map((index) => callsOf(index, "get")));
    const more = after.map((calls, index) => calls - (before[index] as number));
    expect(more.reduce((sum, calls) => sum + calls)).toBe(20);
    await cache.close();
  });
});
