import { type Clock, cacheValue } from "@hitbox/core";
import type { TierBackend } from "@hitbox/core/tier";
import { isSnapshot } from "./is-snapshot.ts";
import type { Snapshot } from "./snapshot.ts";

/** No key of a cache begins with %, but for the cache's own. */
const PREFIX = "%dashboard:";
const MEMBERS = `${PREFIX}processes`;
/** Milliseconds for which a snapshot counts, and for which a process that is silent is asked after. */
const SNAPSHOT_MS = 20_000;
const MEMBER_MS = 60_000;
/** A process says again that it is there when half of that is over. */
const RENEWAL_MS = MEMBER_MS / 2;
const MOST_MEMBERS = 256;
/** Of all snapshots together, which any writer of the store may have made: parsing holds up the process. */
const MOST_CHARACTERS = 32 * 1_048_576;

type Members = Readonly<Record<string, number>>;

/**
 * The snapshots of all processes, in a store that they share: each under a key of its own, which ends soon,
 * and a list of these keys, so that no store is searched. Two processes that write the list at the same time
 * lose one of them until its next snapshot, which puts it there again.
 */
export class Fleet {
  readonly #tier: TierBackend;
  readonly #now: Clock;

  constructor(tier: TierBackend, now: Clock) {
    this.#tier = tier.shared.withPurpose("inspect");
    this.#now = now;
  }

  async publish(snapshot: Snapshot): Promise<void> {
    await this.#set(keyOf(snapshot.id), snapshot, SNAPSHOT_MS);
    const now = this.#now();
    const members = await this.#members();
    const seen = members[snapshot.id] ?? 0;
    if (now - seen < RENEWAL_MS) return;
    await this.#set(MEMBERS, kept({ ...members, [snapshot.id]: now }, now), 2 * MEMBER_MS);
  }

  /** The snapshots of other processes. */
  async others(id: string): Promise<Snapshot[]> {
    const members = kept(await this.#members(), this.#now());
    const ids = Object.keys(members).filter((member) => member !== id);
    const entries = await this.#tier.getMany<unknown>(ids.map(keyOf));
    let room = MOST_CHARACTERS;
    const taken = entries.map((entry) => {
      room -= typeof entry?.data === "string" ? entry.data.length : 0;
      return room < 0 ? undefined : parsed(entry?.data);
    });
    return taken.filter(isSnapshot);
  }

  /** The process is no longer shown. */
  async leave(id: string): Promise<void> {
    await this.#tier.delete(keyOf(id));
  }

  async #members(): Promise<Members> {
    const entry = await this.#tier.get<unknown>(MEMBERS);
    const members = parsed(entry?.data);
    return isMembers(members) ? members : {};
  }

  /** As a text, which every value format can hold. */
  async #set(key: string, value: unknown, ttl: number): Promise<void> {
    await this.#tier.set(key, cacheValue(JSON.stringify(value), { ttl, now: this.#now }));
  }
}

function keyOf(id: string): string {
  return `${PREFIX}process:${id}`;
}

/** Without those that have been silent for long. */
function kept(members: Members, now: number): Members {
  const present = Object.entries(members).filter(([, seen]) => now - seen < MEMBER_MS);
  const latest = present.sort(([, a], [, b]) => b - a).slice(0, MOST_MEMBERS);
  return Object.fromEntries(latest);
}

function parsed(data: unknown): unknown {
  try {
    return typeof data === "string" ? JSON.parse(data) : undefined;
  } catch {
    return undefined;
  }
}

function isMembers(value: unknown): value is Members {
  const isObject = typeof value === "object" && value !== null && !Array.isArray(value);
  return isObject && Object.values(value).every((seen) => typeof seen === "number");
}
