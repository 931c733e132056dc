import type { BusMessage } from "./bus-message.ts";

interface Sender {
  readonly seq: number;
  /** When it will have been silent for too long, by the monotonic clock. */
  readonly due: number;
}

/** How many times a sender may miss its own pace before it counts as silent. */
const PATIENCE = 3;
/** Most senders that are kept account of. */
const MOST_SENDERS = 10_000;

/** Keeps account of what each sender has said, and so of what has not been heard. */
export class BusSenders {
  readonly #senders = new Map<string, Sender>();

  /** Whether everything that the sender has said is known, up to this message. */
  hear({ from, seq, every, keys, bye }: BusMessage, now: number): boolean {
    const last = this.#senders.get(from)?.seq ?? 0;
    if (bye) this.#senders.delete(from);
    else this.#senders.set(from, { seq: Math.max(seq, last), due: now + PATIENCE * every });
    const hasRoom = this.#senders.size <= MOST_SENDERS;
    if (!hasRoom) this.#senders.clear();
    return hasRoom && seq <= (keys === undefined ? last : last + 1);
  }

  /**
   * Forgets senders that have gone without a goodbye, and says whether any had something to say: it may have written
   * what it no longer could tell.
   */
  forgetSilent(now: number): boolean {
    const silent = [...this.#senders].filter(([, { due }]) => due < now);
    for (const [from] of silent) this.#senders.delete(from);
    return silent.some(([, { seq }]) => seq > 0);
  }
}
