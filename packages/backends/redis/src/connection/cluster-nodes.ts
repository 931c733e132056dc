import { BackendError, type ErrorCode } from "@hitbox/core";
import slotOf from "cluster-key-slot";
import { classify } from "./classify.ts";
import type { ClusterPort } from "./client-port.ts";

/**
 * Milliseconds for which a node that could not be reached is bypassed, and between two looks at the slots.
 */
const PAUSE = 100;

/** Failures after which the slots may belong to other nodes. */
const TELLING: ReadonlySet<ErrorCode | undefined> = new Set(["connection", "timeout", "unavailable"]);

/**
 * Learns from failures about a cluster's nodes. A client asks for the slots again when a node redirects it
 * or when a connection closes, but not when a node has gone silent. Here each failure makes it ask.
 *
 * For a moment the keys of a node that could not be reached fail at once. So a dead node is not asked a
 * thousand times a second, and the keys of other nodes are served.
 */
export class ClusterNodes {
  readonly #port: ClusterPort;
  /** Until when a node is bypassed, by address. */
  readonly #away = new Map<string, number>();
  #latest = 0;
  #looked = Number.NEGATIVE_INFINITY;

  constructor(port: ClusterPort) {
    this.#port = port;
  }

  /** True if the node of `key` could not be reached a moment ago. */
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

  /** Learns from an operation that has failed. */
  failed(key: string | undefined, error: unknown): void {
    const code = BackendError.is(error) ? error.code : classify(error);
    if (!TELLING.has(code)) return;
    const now = performance.now();
    if (code === "connection") this.#bypass(key, now);
    if (now < this.#looked + PAUSE) return;
    this.#looked = now;
    this.#port.refresh();
  }

  // If replicas are read from, it is not known which node has failed.
  #bypass(key: string | undefined, now: number): void {
    const master = this.#port.readsReplicas ? undefined : this.#masterOf(key);
    if (master === undefined) return;
    this.#latest = now + PAUSE;
    this.#away.set(master, this.#latest);
  }

  #masterOf(key: string | undefined): string | undefined {
    if (key === undefined) return undefined;
    return this.#port.masterOf(slotOf(this.#port.keyPrefix + key));
  }
}
