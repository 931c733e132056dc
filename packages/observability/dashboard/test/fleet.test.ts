import { cacheBackend, cacheValue } from "@hitbox/core";
import { asTier } from "@hitbox/core/tier";
import { memory } from "@hitbox/memory";
import { expect, it } from "vitest";
import { Fleet } from "../src/state/fleet.ts";
import { SHOWN, type Snapshot } from "../src/state/snapshot.ts";
import { sumOf } from "../src/state/sum-of.ts";

function snapshot(id: string, hits: number): Snapshot {
  const series = [{ labels: ["shop", "", "hit"], value: hits }];
  const times = [{ labels: ["near"], value: 1, sum: 0.5, counts: [1, 0] }];
  const metrics = SHOWN.map((name) => [
    name,
    name === "requests" ? series : name === "readTime" ? times : [],
  ]);
  const info = { id, host: "host", pid: 1, since: 0, at: 0 };
  const keys = [{ key: "rates", count: hits, error: 1 }];
  return { ...info, metrics: Object.fromEntries(metrics), hot: keys, missed: [] } as Snapshot;
}

function store() {
  let time = 1_000_000;
  const now = () => time;
  const backend = cacheBackend(memory({ maxEntries: 100, now }), { now });
  const fleet = () => new Fleet(asTier(backend), now);
  return { backend, fleet, pass: (ms: number) => (time += ms) };
}

it("a process hears of the others, and not of itself", async () => {
  const { fleet } = store();
  const [one, other] = [fleet(), fleet()];
  await one.publish(snapshot("one", 1));
  await other.publish(snapshot("other", 2));
  expect((await one.others("one")).map(({ id }) => id)).toEqual(["other"]);
  expect((await other.others("other")).map(({ id }) => id)).toEqual(["one"]);
});

it("a process that is silent is forgotten, and one that leaves is at once", async () => {
  const { fleet, pass } = store();
  const one = fleet();
  await one.publish(snapshot("silent", 1));
  await one.publish(snapshot("left", 1));
  await one.leave("left");
  expect((await one.others("one")).map(({ id }) => id)).toEqual(["silent"]);
  pass(20_000);
  expect(await one.others("one")).toEqual([]);
});

it("a process stays on the list as long as it tells, whoever else comes", async () => {
  const { fleet, pass } = store();
  const one = fleet();
  for (let minute = 0; minute < 3; minute++) {
    await one.publish(snapshot("one", 1));
    pass(31_000);
    await one.publish(snapshot("one", 1));
    pass(29_000);
  }
  await one.publish(snapshot("one", 1));
  await one.publish(snapshot("newcomer", 1));
  expect((await one.others("newcomer")).map(({ id }) => id)).toEqual(["one"]);
});

it("a process that the list has lost puts itself there again", async () => {
  const { backend, fleet } = store();
  const one = fleet();
  await one.publish(snapshot("one", 1));
  await backend.set("%dashboard:processes", cacheValue("{}"));
  await one.publish(snapshot("one", 2));
  expect(await one.others("other")).toHaveLength(1);
});

it("the list of processes is bounded", async () => {
  const { backend, fleet, pass } = store();
  const one = fleet();
  for (let id = 0; id < 300; id++) {
    await one.publish(snapshot(`process${id}`, 1));
    pass(1);
  }
  const members = await backend.get<string>("%dashboard:processes");
  expect(Object.keys(JSON.parse(members?.data ?? ""))).toHaveLength(256);
});

it.each(["no JSON", "null", "[1]", '{"id":1}', '{"one":"now"}'])(
  "a list or a snapshot that reads %s counts as none",
  async (text) => {
    const { backend, fleet } = store();
    const one = fleet();
    await one.publish(snapshot("one", 1));
    await backend.set("%dashboard:process:one", cacheValue(text));
    expect(await one.others("other")).toEqual([]);
    await backend.set("%dashboard:processes", cacheValue(text));
    expect(await one.others("other")).toEqual([]);
  },
);

it("numbers, buckets and keys of processes add up", () => {
  const { hot, metrics } = sumOf([snapshot("one", 1), snapshot("other", 2)]);
  expect(metrics.requests).toEqual([{ labels: ["shop", "", "hit"], value: 3 }]);
  expect(metrics.readTime).toEqual([{ labels: ["near"], value: 2, sum: 1, counts: [2, 0] }]);
  expect(hot).toEqual([{ key: "rates", count: 3, error: 2 }]);
});

it("a process with other metrics, of another release, adds what it has", () => {
  const other = { ...snapshot("other", 2), metrics: { requests: snapshot("other", 2).metrics.requests } };
  const { metrics } = sumOf([snapshot("one", 1), other as unknown as Snapshot]);
  expect([metrics.requests[0]?.value, metrics.readTime[0]?.value]).toEqual([3, 1]);
});

it("another writer's list makes nobody read more processes than a fleet may have", async () => {
  const { backend } = store();
  const asked: number[] = [];
  const tier = asTier(backend);
  const counted = {
    get: (key: string) => tier.get(key),
    getMany: (keys: readonly string[]) => {
      asked.push(keys.length);
      return tier.getMany(keys);
    },
  };
  const members = Object.fromEntries(Array.from({ length: 5_000 }, (_, id) => [`m${id}`, 1_000_000]));
  await backend.set("%dashboard:processes", cacheValue(JSON.stringify(members)));
  const shared = { shared: { withPurpose: () => counted } };
  expect(await new Fleet(shared as never, () => 1_000_000).others("one")).toEqual([]);
  expect(asked).toEqual([256]);
});

it("snapshots of over 32 MiB together are not parsed", async () => {
  const { backend, fleet } = store();
  const one = fleet();
  await one.publish(snapshot("a", 1));
  await one.publish(snapshot("b", 1));
  const large = { ...snapshot("b", 1), padding: "x".repeat(32 * 2 ** 20) };
  await backend.set("%dashboard:process:b", cacheValue(JSON.stringify(large)));
  expect((await one.others("other")).map(({ id }) => id)).toEqual(["a"]);
});
