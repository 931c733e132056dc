import { channel } from "node:diagnostics_channel";
import type { CacheValue } from "@hitbox/core";
import type { Publisher } from "@hitbox/core/tier";
import type { SpaceStats } from "./stats/space-stats.ts";

/**
 * Published on `hitbox:cache:answer` for each call that `stats()` counts. The cheapest message, made for
 * counters: it has no key, and reads the clock only if its `age` is read.
 */
export interface AnswerMessage {
  readonly cache: string;
  readonly namespace: string;
  readonly entity: string;
  /** `collapsed`: the call waited for the load of another call, in this process or another. */
  readonly status: "hit" | "stale" | "miss" | "collapsed";
  /** Milliseconds since the value was asked for where it comes from. Undefined if no tier had it. */
  readonly age: number | undefined;
  /** Milliseconds that the value took to load, if its entry says so. */
  readonly loadMs: number | undefined;
}

interface Answering {
  readonly backend: { readonly label: string };
  readonly now: () => number;
}

type Entry = CacheValue<unknown> | undefined;

/**
 * The fields are read from the parts that it is made of: most listeners need few. Its own fields are
 * plain, since one is made for each hit, and fields of `#` take longer to make.
 */
class Answer implements AnswerMessage {
  readonly status: AnswerMessage["status"];
  private readonly engine: Answering;
  private readonly stats: SpaceStats;
  private readonly entry: Entry;

  constructor(engine: Answering, stats: SpaceStats, status: AnswerMessage["status"], entry: Entry) {
    this.status = status;
    this.engine = engine;
    this.stats = stats;
    this.entry = entry;
  }

  get cache(): string {
    return this.engine.backend.label;
  }

  get namespace(): string {
    return this.stats.space.namespace;
  }

  get entity(): string {
    return this.stats.space.entity;
  }

  get loadMs(): number | undefined {
    return this.entry?.loadMs;
  }

  get age(): number | undefined {
    return this.entry && this.engine.now() - this.entry.createdAt;
  }
}

export const answers: Publisher = channel("hitbox:cache:answer");

/** Tells of a call that has been counted. `entry` has answered it. */
export function publishAnswer(
  engine: Answering,
  stats: SpaceStats,
  status: AnswerMessage["status"],
  entry: Entry,
): void {
  answers.publish(new Answer(engine, stats, status, entry));
}

const COUNTED = { hit: "hits", stale: "stale", miss: "misses", collapsed: "collapsed" } as const;

/** Counts a call of the space, and tells of it. */
export function count(
  engine: Answering,
  stats: SpaceStats,
  status: AnswerMessage["status"],
  entry: Entry,
): void {
  stats[COUNTED[status]] += 1;
  if (answers.hasSubscribers) publishAnswer(engine, stats, status, entry);
}
