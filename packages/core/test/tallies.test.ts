import {
  type BackendAgeMessage,
  type BackendMessage,
  cacheBackend,
  cacheContext,
  cacheValue,
  type ReadTally,
  subscribeTo,
} from "@hitbox/core";
import { listenToTallies } from "@hitbox/core/tier";
import { memory } from "@hitbox/memory";
import { expect, onTestFinished, test } from "vitest";
import { mapBackend } from "./support/map-backend.ts";

function tallied(): ReadTally[] {
  const tallies: ReadTally[] = [];
  onTestFinished(listenToTallies<ReadTally>("hitbox:backend:tally", (tally) => tallies.push(tally)));
  return tallies;
}

/** Tests of other files that ran in this process have tallies, too. */
const of = (tallies: readonly ReadTally[], label: string): ReadTally[] =>
  tallies.filter(({ backend }) => backend === label);

function heardOn(name: "hitbox:backend:read" | "hitbox:backend:fetch"): BackendMessage[] {
  const messages: BackendMessage[] = [];
  onTestFinished(subscribeTo(name, (message) => messages.push(message)));
  return messages;
}

test("a hit of a value in memory is counted, and is no fetch; a miss is one", async () => {
  const backend = cacheBackend(memory({ maxEntries: 10, label: "counted" }));
  await backend.set("k", cacheValue(1));
  const fetches = heardOn("hitbox:backend:fetch");
  const tallies = tallied();
  await backend.get("k");
  await backend.get("k", cacheContext());
  await backend.get("none");
  expect(of(tallies, "counted")).toEqual([{ backend: "counted", purpose: "value", hits: 2 }]);
  expect(fetches.map(({ key, hit }) => [key, hit])).toEqual([["none", false]]);
});

test("every read is a message for those who ask for all, and a fetch is told on both channels", async () => {
  const near = cacheBackend(memory({ maxEntries: 10, label: "all" }));
  const far = cacheBackend(mapBackend({ answers: "later" }));
  for (const backend of [near, far]) await backend.set("k", cacheValue(1));
  const [reads, fetches] = [heardOn("hitbox:backend:read"), heardOn("hitbox:backend:fetch")];
  for (const backend of [near, far]) await backend.get("k");
  expect(reads.map(({ backend, hit }) => [backend, hit])).toEqual([
    ["all", true],
    [far.label, true],
  ]);
  expect(fetches.map(({ backend }) => backend)).toEqual([far.label]);
});

test("a later listener hears once of earlier tallies, and nobody counts without a listener", async () => {
  const backend = cacheBackend(memory({ maxEntries: 10, label: "later" }));
  await backend.set("k", cacheValue(1));
  heardOn("hitbox:backend:fetch");
  await backend.get("k");
  const early = tallied();
  await backend.get("k");
  const late = tallied();
  await backend.get("k");
  expect(of(early, "later")).toEqual([{ backend: "later", purpose: "value", hits: 2 }]);
  expect(of(late, "later")).toEqual(of(early, "later"));
});

test("the age of one hit in 64 is told, for values of the process and for fetched ones", async () => {
  let time = 1_000_000;
  const now = () => time;
  const near = cacheBackend(memory({ maxEntries: 10, label: "young", now }), { now });
  const far = cacheBackend(mapBackend({ answers: "later" }), { now });
  for (const backend of [near, far]) await backend.set("k", cacheValue(1, { now }));
  const ages: BackendAgeMessage[] = [];
  onTestFinished(subscribeTo("hitbox:backend:age", (message) => ages.push(message)));
  heardOn("hitbox:backend:fetch");
  for (let read = 0; read < 65; read++) {
    time += 1_000;
    for (const backend of [near, far]) await backend.get("k");
    await near.get("none");
  }
  const told = (ageMs: number) => [
    { backend: "young", ageMs },
    { backend: far.label, ageMs },
  ];
  expect(ages).toEqual([...told(1_000), ...told(65_000)]);
});
