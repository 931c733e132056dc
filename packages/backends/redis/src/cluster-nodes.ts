import { BackendError, type ErrorCode } from "@hitbox/core";
import slotOf from "cluster-key-slot";
import { classify } from "./classify.ts";
import type { RedisClusterClient } from "./redis-client.ts";

/** Milliseconds for which a node that could not be reached is left alone, and between two looks at the slots. */
const PAUSE = 100;

/** Failures after which the slots may belong to others. */
const TELLING: ReadonlySet<ErrorCode | undefined> = new Set(["connection", "timeout", "unavailable"]);

/**
 * What failures tell about a cluster's nodes. ioredis looks at the slots again when a node redirects it, and, in its
 * default settings, when a connection closes; never when a node has gone silent. Here each such failure makes it look,
 * and the keys of a node that could not be reached fail at once for a moment: nobody knocks at a dead node a thousand
 * times a second, and the keys of other nodes are served.
 */
export class ClusterNodes {
  readonly #client: RedisClusterClient;
  /** Until when a node is left alone, by address. */
  readonly #away = new Map<string, number>();
  #latest = 0;
  #looked = Number.NEGATIVE_INFINITY;

  constructor(client: RedisClusterClient) {
    this.#client = client;
  }

  /** Whether the node of `key` could not be reached a moment ago. */
  isAway(key: string | undefined): boolean {
    if (this.#away.size === 0) return false;
    const now = performance.now();
    if (now >= this.#latest) {
      this.#away.clear();
      return false;
    }
    const until = this.#away.get(this.#masterOf(key) ?? "");
    return until !== undefined && now < until;
  }

  /** Takes note of an operation that has failed. */
  failed(key: string | undefined, error: unknown): void {
    const code = BackendError.is(error) ? error.code : classify(error);
    if (!TELLING.has(code)) return;
    const now = performance.now();
    if (code === "connection") this.#leaveAlone(key, now);
    if (now < this.#looked + PAUSE) return;
    this.#looked = now;
    this.#client.refreshSlotsCache();
  }

  // Where replicas are read from, nobody can tell which node it was.
  #leaveAlone(key: string | undefined, now: number): void {
    const master = this.#client.options?.scaleReads === "master" ? this.#masterOf(key) : undefined;
    if (master === undefined) return;
    this.#latest = now + PAUSE;
    this.#away.set(master, this.#latest);
  }

  #masterOf(key: string | undefined): string | undefined {
    if (key === undefined) return undefined;
    const { options, slots } = this.#client;
    return slots[slotOf((options?.keyPrefix ?? "") + key)]?.[0];
  }
}
