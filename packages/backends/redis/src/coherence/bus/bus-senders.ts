import type { BusMessage } from "./bus-message.ts";

interface Sender {
  readonly seq: number;
  /** When it will have been silent for too long, by the monotonic clock. */
  readonly due: number;
}

/** Intervals of its own pace that a sender may miss before it counts as silent. */
const PATIENCE = 3;
/** Most senders that are remembered. */
const MOST_SENDERS = 10_000;

/** Remembers how many messages each sender has sent, and so notices a message that was not heard. */
export class BusSenders {
  readonly #senders = new Map<string, Sender>();

  /** True if every message of the sender has been heard, up to this one. */
  hear({ from, seq, every, keys, bye }: BusMessage, now: number): boolean {
    const last = this.#senders.get(from)?.seq ?? 0;
    if (bye) this.#senders.delete(from);
    else this.#senders.set(from, { seq: Math.max(seq, last), due: now + PATIENCE * every });
    const hasRoom = this.#senders.size <= MOST_SENDERS;
    if (!hasRoom) this.#senders.clear();
    return hasRoom && seq <= (keys === undefined ? last : last + 1);
  }

  /**
   * Forgets senders that have gone without a goodbye. True if one of them had made changes: it may have
   * written an entry and not told of it.
   */
  forgetSilent(now: number): boolean {
    const silent = [...this.#senders].filter(([, { due }]) => due < now);
    for (const [from] of silent) this.#senders.delete(from);
    return silent.some(([, { seq }]) => seq > 0);
  }
}
