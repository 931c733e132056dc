import { setTimeout as wait } from "node:timers/promises";
import type { Backend } from "@hitbox/core";
import { type RedisClusterServers, redisCommand, startRedisCluster } from "@hitbox/test-servers";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { redis } from "../../src/index.ts";
import { CLUSTERS, clusterClient, entry, freshPrefix, succeeds, until } from "../support.ts";
import { Notes } from "./support.ts";

const KEYS = Array.from({ length: 200 }, (_, index) => `key${index}`);

let cluster: RedisClusterServers;
beforeAll(async () => {
  cluster = await startRedisCluster();
});
afterAll(() => cluster.close());

describe.each(CLUSTERS)("on the bus of a cluster, $version,", ({ Cluster }) => {
  let clients: InstanceType<typeof Cluster>[];
  let writer: Required<Backend>;
  let reader: Required<Backend>;
  let notes: Notes;
  beforeEach(async () => {
    clients = [clusterClient(Cluster, cluster), clusterClient(Cluster, cluster)];
    const prefix = freshPrefix();
    const coherence = { by: "bus", heartbeat: 400 } as const;
    [writer, reader] = clients.map((client) => redis({ client, prefix, coherence })) as [
      typeof writer,
      typeof writer,
    ];
    notes = new Notes();
    reader.watch(notes);
    await notes.up();
    notes.clear();
  });
  afterEach(async () => {
    await Promise.all([writer.close(), reader.close()]);
    for (const client of clients) client.disconnect();
  });

  it("changes on every node are heard, and are no gaps", async () => {
    for (let round = 0; round < 20; round++) {
      await writer.writeMany(KEYS.map((key) => [key, entry(key)] as const));
      await writer.removeMany(KEYS);
    }
    await reader.write("own", entry("own"));
    await until(() => KEYS.every((key) => notes.count(key) >= 20));
    expect(notes.count("<lost>")).toBe(0);
    expect(notes.count("own")).toBe(1);
  });

  it("a clear is heard", async () => {
    await writer.clear();
    await until(() => notes.count("<restored>") > 0 && notes.isUp);
  });

  it("where a node's connections are killed, in turn, all is heard again", async () => {
    for (const { port } of cluster.nodes.slice(0, 3)) {
      for (const type of ["pubsub", "normal"]) await redisCommand(port, "CLIENT", "KILL", "TYPE", type);
      notes.clear();
      const writes = succeeds(() => writer.write("b", entry("1")));
      await until(async () => (await writes()) && notes.isUp && notes.count("b") > 0);
    }
  });
});

describe("on the bus of a cluster", () => {
  it("a failover loses no change unnoticed", async () => {
    const coherence = { by: "bus", heartbeat: 400 } as const;
    const [writer, reader] = [0, 1].map(() =>
      redis({ cluster: cluster.urls, prefix: "over", coherence }),
    ) as [Required<Backend>, Required<Backend>];
    const notes = new Notes();
    reader.watch(notes);
    await notes.up();
    const replica = cluster.nodes[3] as NonNullable<(typeof cluster.nodes)[number]>;
    let isOver = false;
    const writing = (async () => {
      for (let turn = 0; !isOver; turn++) {
        const writes = succeeds(() => writer.write(`key${turn}`, entry("value")));
        if (await writes()) notes.all.push(`<written> key${turn}`);
      }
    })();
    await cluster.failover(replica);
    const before = writesOf(notes).length;
    await wait(1_000);
    // However slow the machine is, enough of them come after the failover.
    await until(() => writesOf(notes).length > before + 100);
    isOver = true;
    await writing;
    const writes = succeeds(() => writer.write("end", entry("end")));
    await until(async () => (await writes()) && notes.isUp && notes.count("end") > 0);
    // What was not heard by name came before a gap that was told.
    const lastGap = notes.all.lastIndexOf("<lost>");
    const missed = writesOf(notes).filter(
      ({ said, at }) => at > lastGap && notes.count(said.slice(10)) === 0,
    );
    expect(missed).toEqual([]);
    await Promise.all([writer.close(), reader.close()]);
  });
});

/** The writes that have succeeded, with their places among all that was heard. */
function writesOf({ all }: Notes): readonly { readonly said: string; readonly at: number }[] {
  return all.flatMap((said, at) => (said.startsWith("<written> ") ? [{ said, at }] : []));
}
