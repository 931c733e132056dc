import { monitorEventLoopDelay } from "node:perf_hooks";
import { setTimeout as wait } from "node:timers/promises";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { compose } from "@hitbox/composition";
import { type Backend, cacheBackend } from "@hitbox/core";
import { memory } from "@hitbox/memory";
import { expect, vi } from "vitest";
import { type RedisOptions, redis } from "../../src/index.ts";
import { entry, succeeds, until } from "../support.ts";
import type { Connect } from "./connect.ts";
import { Load, type Tally } from "./load.ts";

/** Deadline of every operation in these tests, in milliseconds. */
export const TIMEOUT = 300;
/** How much later than its deadline an operation may settle, in milliseconds: for timers. */
export const MARGIN = 150;
/**
 * Milliseconds in which the second tier must serve again, and be listened to, which may take a heartbeat
 * more.
 */
const BACK = { alone: 2_000, coherent: 3_000 } as const;
/** Turns of the event loop on the way back (a timer, a connection, a greeting), each of which may be late. */
const TURNS_BACK = 10;

/** Something that goes wrong with a server, and then goes right again. */
export interface Outage {
  readonly name: string;
  /** Starts the servers. */
  prepare(): Promise<Prepared>;
}

export interface Prepared {
  /** The endpoint that the backend connects to. */
  readonly options: RedisOptions;
  /** Before anything connects, where the outage is there from the start. */
  readonly from?: "start" | undefined;
  strike(): unknown;
  /** Resolves when the server is back, or its successor known. */
  heal(): Promise<unknown>;
  close(): Promise<unknown>;
}

/** What the table tells of one outage. */
export interface Row {
  readonly name: string;
  /** While it lasted, and until the second tier was back. */
  readonly during: Tally;
  /**
   * Milliseconds until that was back, and listened to where the first tier is coherent, counted from when
   * the server was.
   */
  readonly back: number;
  readonly heapMb: number;
  /** The longest time for which this process itself was held up, in milliseconds. */
  readonly heldUp: number;
}

/** How long an outage lasts at least, and how long the load runs before and after it, in milliseconds. */
const LASTS = 1_500;
const CALM = 500;
/** Operations in a while, on a machine so busy that it leaves this process a tenth of its time. */
const LEAST_TRIED = 50;
/** Share of operations that may be late in a calm while: with the server away a third or more fail. */
const MOST_LATE = 0.15;
/** How many whiles are waited for until one is calm. */
const MOST_WHILES = 60;

/** What an operator may be told of an outage. A failover takes longer than a link is tried in silence. */
const TOLD = new Set<string | undefined>(["HITBOX_TIER_AWAY", "HITBOX_TIER_BACK", "HITBOX_REDIS_COHERENCE"]);

/** Whether the first tier hears of changes by others. */
export type First = "alone" | "coherent";

/** Runs a service over memory and Redis through an outage, and checks what it promises. */
export async function survive({ prepare, name }: Outage, first: First, connect: Connect): Promise<Row> {
  const print = vi.spyOn(console, "error");
  const warnings: Error[] = [];
  const warn = (warning: Error): void => void warnings.push(warning);
  process.on("warning", warn);
  const delays = monitorEventLoopDelay({ resolution: 5 });
  const prepared = await prepare();
  delays.enable();
  if (prepared.from === "start") await prepared.strike();
  const connected = connect(prepared.options);
  const second = redis(optionsOf(prepared.options, connected.options, first));
  const isHeard = first === "coherent" ? watch(second) : () => true;
  const load = new Load(compose(memory({ maxEntries: 1_000 }), cacheBackend(second)));
  try {
    const serves = (value: string) => {
      const writes = succeeds(() => second.write("probe", entry(value)));
      return async () => (await writes()) && isHeard();
    };
    if (prepared.from !== "start") await until(serves("before"));
    load.start();
    const before = prepared.from === "start" ? undefined : await calm(load);
    const heapBefore = heap();
    if (prepared.from !== "start") await prepared.strike();
    await wait(LASTS);
    const heapMb = heap() - heapBefore;
    await prepared.heal();
    const back = await until(serves("after"));
    // Operations that began while it lasted may still be under way.
    await wait(TIMEOUT + MARGIN);
    const during = load.take();
    const after = await calm(load);
    await load.stop();
    delays.disable();
    const row = { name, during, back, heapMb, heldUp: delays.max / 1e6 };
    console.log(`${cells(row).join(" | ")}`);
    for (const tally of [before, after]) if (tally) checkLoad(tally, row.heldUp);
    checkSettled(row);
    expect(back).toBeLessThan(BACK[first] + TURNS_BACK * row.heldUp);
    expect(print).not.toHaveBeenCalled();
    // Single failures, between which the store answers, are no outage to warn of.
    const codes = warnings.map((warning) => (warning as { code?: string }).code);
    expect(codes.filter((code) => !TOLD.has(code))).toEqual([]);
    return row;
  } finally {
    await load.stop();
    await second.close?.();
    connected.close();
    await prepared.close();
    process.off("warning", warn);
    print.mockRestore();
  }
}

function optionsOf(endpoint: RedisOptions, options: RedisOptions, first: First): RedisOptions {
  const by = "sentinels" in endpoint || "url" in endpoint ? "tracking" : "bus";
  return { ...options, timeout: TIMEOUT, ...(first === "coherent" && { coherence: by }) } as RedisOptions;
}

/** Tells whether changes are heard now. */
function watch(second: Backend): () => boolean {
  let isHeard = false;
  second.watch?.({
    changed: () => {},
    lost: () => {
      isHeard = false;
    },
    restored: () => {
      isHeard = true;
    },
  });
  return () => isHeard;
}

/**
 * A while in which the server serves: hardly an operation fails. With the server away a third or more fail.
 * On a busy machine a healthy server is late now and then: then the next while counts.
 */
async function calm(load: Load): Promise<Tally> {
  for (let tries = 1; ; tries++) {
    await wait(CALM);
    const tally = load.take();
    // Operations that are still under way end with the next while.
    const { failed } = tally;
    if (failed < MOST_LATE * tally.tried) return tally;
    if (tries === MOST_WHILES) expect(failed).toBeLessThan(MOST_LATE * tally.tried);
  }
}

function checkSettled({ during, heapMb, heldUp }: Row): void {
  checkLoad(during, heldUp);
  expect(during.longest).toBeLessThan(patience(heldUp));
  expect(heapMb).toBeLessThan(32);
}

function checkLoad(tally: Tally, heldUp: number): void {
  expect(tally.tried).toBeGreaterThan(LEAST_TRIED);
  expect(tally.answered).toBe(tally.requests);
  // Nothing piles up: what is under way is what has begun within a deadline, some two operations a
  // millisecond.
  expect(tally.mostUnderWay).toBeLessThan(2 * patience(heldUp));
}

/** A busy machine holds up the event loop several times while one operation waits. */
function patience(heldUp: number): number {
  return TIMEOUT + MARGIN + 2 * heldUp;
}

setFlagsFromString("--expose-gc");
const collect = runInNewContext("gc") as () => void;

/** Megabytes in use. */
function heap(): number {
  collect();
  return process.memoryUsage().heapUsed / 2 ** 20;
}

export const HEADINGS = [
  "outage",
  "operations",
  "a second",
  "failed",
  "longest wait",
  "most under way",
  "heap grew by",
  "back after",
  "process held up",
] as const;

export function cells({ name, during, back, heapMb, heldUp }: Row): string[] {
  const { tried, failed, longest, mostUnderWay, ms } = during;
  const count = (value: number): string => Math.round(value).toLocaleString("en");
  return [
    name,
    count(tried),
    count((1_000 * tried) / ms),
    count(failed),
    `${count(longest)} ms`,
    count(mostUnderWay),
    `${Math.max(0, heapMb).toFixed(1)} MB`,
    `${count(back)} ms`,
    `${count(heldUp)} ms`,
  ];
}
