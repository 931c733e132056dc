import { type RedisServer, startRedis } from "@hitbox/test-servers";
import { build, type Child, startChild } from "@hitbox/test-support";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

// Five processes on one Redis, each with a memory of its own, ask for one row again and again. Their answers
// are judged by when they were asked for and loaded, on one clock, however late a busy machine lets them run.

const PROCESSES = 5;
const TTL = 200;
/** Milliseconds that a busy machine may hold up a process between the time of a load and its loader. */
const LATE = 100;
const SECONDS = 6;

const BODY = `
  import { setTimeout as wait } from "node:timers/promises";
  import { createCache } from "../dist/index.js";
  import { compose } from "../../composition/dist/index.js";
  import { memory } from "../../backends/memory/dist/index.js";
  import { redis } from "../../backends/redis/dist/index.js";
  const [url, prefix, settings] = process.argv.slice(1);
  const { coherence, ...options } = JSON.parse(settings);
  const far = redis({ url, prefix, timeout: 20_000, ...(coherence && { coherence }) });
  let read = 0;
  const now = () => (read = Date.now());
  const backend = compose(memory({ maxEntries: 100 }), far);
  const cache = createCache({ backend, ttl: ${TTL}, now, ...options });
  const loads = [];
  const load = async () => {
    // As the cache has just read it: the age of the value counts from then.
    const begun = read;
    await wait(10);
    loads.push([begun, Date.now()]);
    return begun;
  };
  await cache.get("connect");
  say("ready");
  await hear();
  const answers = [];
  const end = Date.now() + ${SECONDS * 1_000};
  while (Date.now() < end) {
    const asked = Date.now();
    const value = await cache.getOrSet("row", load);
    answers.push([asked, value]);
    await wait(20);
  }
  await cache.close();
  say(JSON.stringify({ answers, loads }));
`;

interface Told {
  /** When it was asked, and the time at which the answer was loaded. */
  readonly answers: readonly (readonly [asked: number, value: number])[];
  readonly loads: readonly (readonly [begun: number, ended: number])[];
}

const SETTINGS: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {
  "no window": {},
  staleIfError: { staleIfError: "1h" },
  staleWhileRevalidate: { staleWhileRevalidate: "1h" },
  "both windows": { staleWhileRevalidate: "1h", staleIfError: "1h" },
  "staleWhileRevalidate and coherence": { staleWhileRevalidate: "1h", coherence: "tracking" },
  "staleWhileRevalidate without leases": { staleWhileRevalidate: "1h", lease: false },
  "staleIfError without leases": { staleIfError: "1h", lease: false },
};

describe("five processes on one Redis", () => {
  let server: RedisServer;
  const children: Child[] = [];
  beforeAll(async () => {
    build("cache", "composition", "backends/memory", "backends/redis");
    server = await startRedis();
  }, 300_000);
  afterAll(async () => {
    for (const child of children) child.kill("SIGKILL");
    await server.close();
  });

  async function ask(prefix: string, settings: object): Promise<readonly Told[]> {
    const args = [server.url, prefix, JSON.stringify(settings)];
    const fleet = Array.from({ length: PROCESSES }, () =>
      startChild(BODY, { cwd: import.meta.dirname, args }),
    );
    children.push(...fleet);
    expect(await Promise.all(fleet.map((child) => child.hear()))).toEqual(fleet.map(() => "ready"));
    for (const child of fleet) child.say("go");
    const told = await Promise.all(fleet.map((child) => child.hear()));
    await Promise.all(fleet.map(({ ended }) => ended));
    return told.map((text) => JSON.parse(text ?? "{}") as Told);
  }

  const rows = Object.entries(SETTINGS);
  it.each(rows)("go on to newer values together: %s", { timeout: 120_000 }, async (name, settings) => {
    const told = await ask(name.replaceAll(" ", "-"), settings);
    const loads = told.flatMap((one) => one.loads).sort(([one], [other]) => one - other);
    for (const { answers } of told) {
      expect(answers.length).toBeGreaterThan(1);
      checkAnswers(answers, loads);
    }
    if (settings.lease !== false) (told.every(isCalm) ? checkOneLoadForAll : checkFewLoads)(loads);
    // A machine that is busy makes fewer of them, and never more.
    expect(loads.length).toBeGreaterThan(1);
  });
});

/**
 * Once a process has asked for a value that is stale, and a load has ended since, it soon answers with no
 * older value: its call has had the value refreshed, in whatever process that was loaded.
 */
function checkAnswers(answers: Told["answers"], loads: Told["loads"]): void {
  for (const [index, [asked, value]] of answers.entries()) {
    const before = answers.slice(Math.max(0, index - 100), index).filter(([at]) => at > value + TTL);
    const [firstStale] = before[0] ?? [];
    if (firstStale === undefined) continue;
    const refresh = loads.find(([begun]) => begun >= firstStale);
    if (refresh === undefined) continue;
    // The refresh has had as long again as all of its steps may take, and the process has asked meanwhile.
    const asksSince = before.filter(([at]) => at > refresh[1] + TTL);
    const facts = { asked, age: asked - value, refresh, asksSince: asksSince.length };
    expect(asksSince.length, JSON.stringify(facts)).toBeLessThan(25);
  }
}

/**
 * One load for each ttl: the next one begins when the value of the last one has ended, and never while that
 * is being loaded. The clocks of one machine agree, so nothing is allowed for them. With leases that do
 * nothing, or tiers that learn nothing, there are up to five loads for each ttl.
 */
function checkOneLoadForAll(loads: Told["loads"]): void {
  for (const [index, [begun]] of loads.entries()) {
    const last = loads[index - 1];
    if (last === undefined) continue;
    const facts = JSON.stringify({ index, last, begun, after: begun - last[0] });
    expect(begun - last[0], facts).toBeGreaterThanOrEqual(TTL - LATE);
    expect(begun, facts).toBeGreaterThanOrEqual(last[1]);
  }
}

/** A load that takes longer than the ttl, on a busy machine, is not joined: another one begins. */
function checkFewLoads(loads: Told["loads"]): void {
  const [first = [0]] = loads;
  const [last] = loads.at(-1) ?? [0];
  const lives = (last - first[0]) / TTL + loads.filter(([begun, ended]) => ended - begun > TTL / 4).length;
  expect(loads.length).toBeLessThanOrEqual(1.5 * lives + 2);
}

/** Whether no process has waited for its turn, or for an answer, for as long as a load may take. */
function isCalm({ answers }: Told): boolean {
  return answers.every(([asked], index) => asked - (answers[index - 1]?.[0] ?? asked) < TTL / 2);
}
