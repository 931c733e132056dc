import { subscribe, unsubscribe } from "node:diagnostics_channel";
import type { OffloadMessage } from "@hitbox/composition";

const ENDED = ["hitbox:offload:completed", "hitbox:offload:failed"] as const;

/** What compositions have left to the background, by kind, as their diagnostics channels tell it. */
export class Background {
  readonly #underWay = new Map<string, number>();
  readonly #failed = new Map<string, number>();

  readonly #onSpawned = (message: unknown): void => {
    add(this.#underWay, kindOf(message), 1);
  };

  readonly #onEnded = (message: unknown, channel: string | symbol): void => {
    add(this.#underWay, kindOf(message), -1);
    if (channel === "hitbox:offload:failed") add(this.#failed, kindOf(message), 1);
  };

  constructor() {
    subscribe("hitbox:offload:spawned", this.#onSpawned);
    for (const channel of ENDED) subscribe(channel, this.#onEnded);
  }

  /** As in `88 reads, 88 refills`; empty where nothing is under way. */
  underWay(): string {
    return list(this.#underWay);
  }

  /** What has failed since this was last asked. */
  takeFailed(): string {
    const failed = list(this.#failed);
    this.#failed.clear();
    return failed;
  }

  close(): void {
    unsubscribe("hitbox:offload:spawned", this.#onSpawned);
    for (const channel of ENDED) unsubscribe(channel, this.#onEnded);
  }
}

function kindOf(message: unknown): string {
  return (message as OffloadMessage).kind;
}

function add(counts: Map<string, number>, kind: string, by: number): void {
  counts.set(kind, (counts.get(kind) ?? 0) + by);
}

function list(counts: ReadonlyMap<string, number>): string {
  return [...counts].flatMap(([kind, count]) => (count > 0 ? `${count} ${kind}s` : [])).join(", ");
}
