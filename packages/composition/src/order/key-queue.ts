import { BackendError } from "@hitbox/core";
import { QueueCaller } from "./queue-caller.ts";
import type { Kind, Sent, Write } from "./queued-write.ts";

/** The tier of a queue: hears how each write ends. */
export interface QueueTier {
  /** Queues by key. A queue enters when it is made, and leaves when it is empty. */
  readonly byKey: Pick<Map<string, KeyQueue>, "set" | "delete">;
  /** False if no write has failed that a later one has not made good. */
  readonly hasDoubts: boolean;
  /** The last write of the key failed. */
  doubt(key: string): void;
  /** The last write of the key succeeded. */
  trust(key: string): void;
}

/** Waiting work, with the callers that its end answers, the earliest first. */
interface Waiting extends Sent, Pick<Write, "run"> {
  readonly callers: QueueCaller[];
  /** Whose write it is. */
  readonly own?: QueueCaller | undefined;
}

/**
 * The writes of one key in one tier, one at a time. A waiting write that a later one makes pointless is not
 * sent: its callers are answered as the later one is, and before its caller. So at most two wait: a delete,
 * whose status is asked for, and a set; and the fenced ones after these.
 */
export class KeyQueue {
  private readonly tier: QueueTier;
  private readonly key: string;
  private readonly waiting: Waiting[] = [];
  private sent: Sent;
  private running: QueueCaller[] = [];
  /** No caller waits for the work under way, and nothing may be added before it has ended. */
  isGivenUp = false;
  private hasDropped = false;

  /**
   * `running` is the work that was under way before there was a queue; its caller has the promise already.
   */
  constructor(tier: QueueTier, key: string, running: Promise<unknown>, sent: Sent) {
    this.tier = tier;
    this.key = key;
    this.sent = sent;
    tier.byKey.set(key, this);
    void this.run(running);
  }

  /** Writes that are newer than the work under way have failed. */
  get missedWrite(): boolean {
    return this.isGivenUp || this.hasDropped;
  }

  add({ kind, value, run, skip }: Write): Promise<unknown> {
    let callers: QueueCaller[] = [];
    for (let last = this.waiting.at(-1); last && isPointless(last, kind); last = this.waiting.at(-1)) {
      this.waiting.pop();
      last.own?.replaced();
      for (const caller of callers) last.callers.push(caller);
      callers = last.callers;
    }
    return new Promise((resolve, reject) => {
      const own = new QueueCaller(kind, resolve, reject, skip);
      callers.push(own);
      this.waiting.push({ kind, value, run, callers, own });
    });
  }

  /** Later work also waits for `work`, which never rejects. */
  holdFor(work: Promise<void>): void {
    this.waiting.push({ kind: "hold", run: () => work, callers: [] });
  }

  /** Resolves when all work so far has ended, well or not. */
  idle(): Promise<void> {
    if (this.isGivenUp) return Promise.resolve();
    return new Promise((resolve) => {
      const done = (): void => resolve();
      (this.waiting.at(-1)?.callers ?? this.running).push(new QueueCaller("idle", done, done));
    });
  }

  /**
   * If the write of `value`, or any write if none is named, is under way: fails all waiting callers, and
   * drops unsent work. If the write waits: drops it. An operation that removes the key counts as taking back
   * the write.
   */
  giveUp(value: object | undefined, error: unknown): "under way" | "not sent" {
    if (this.sent.kind === "delete" || value === undefined || this.sent.value === value) {
      this.isGivenUp = true;
      const waiting = this.waiting.splice(0).flatMap(({ callers }) => callers);
      for (const caller of this.running) caller.failed(error);
      for (const caller of waiting) caller.dropped(error);
      return "under way";
    }
    this.drop(value, error);
    return "not sent";
  }

  private drop(value: object, error: unknown): void {
    const index = this.waiting.findIndex((waiting) => waiting.value === value);
    if (index < 0) return;
    this.hasDropped = true;
    const [dropped] = this.waiting.splice(index, 1);
    const before = this.waiting[index - 1]?.callers ?? this.running;
    for (const caller of dropped?.callers ?? []) {
      if (caller.kind === "idle") before.push(caller);
      else caller.dropped(error);
    }
  }

  /** Sends the writes that wait, one after the other, once `running` has ended. */
  private async run(running: Promise<unknown>): Promise<void> {
    try {
      const result = await running;
      if (this.tier.hasDoubts) this.noteSuccess(result);
    } catch (error) {
      this.tier.doubt(this.key);
      // The caller of that write hears of its failure first, and goes on before those who wait do.
      await undefined;
      this.failWaiting(error);
    }
    for (const caller of this.running) caller.answered(undefined, undefined);
    // Nothing is awaited between the end of one write and the start of the next: who asks then is heard.
    for (let next = this.waiting.shift(); next; next = this.waiting.shift()) {
      this.sent = next;
      this.running = next.callers;
      try {
        const value = await next.run();
        if (this.tier.hasDoubts) this.noteSuccess(value);
        for (const caller of next.callers) caller.answered(next.kind, value);
      } catch (error) {
        this.tier.doubt(this.key);
        for (const caller of next.callers) caller.failed(error);
        this.failWaiting(error);
      }
    }
    this.tier.byKey.delete(this.key);
  }

  /**
   * A write that was refused or dropped meanwhile is newer than the one that has succeeded. A refused fenced
   * set, false, has changed nothing, and nor has work that is no write.
   */
  private noteSuccess(result: unknown): void {
    if (result === false) return;
    if (this.sent.kind !== "hold" && !this.missedWrite) this.tier.trust(this.key);
  }

  /**
   * A write that got no answer in time may still land, so those that wait for it cannot keep the order: they
   * fail, too. A silent tier so holds up no caller for longer than one deadline.
   */
  private failWaiting(error: unknown): void {
    if (!BackendError.is(error) || error.code !== "timeout") return;
    for (const { callers } of this.waiting.splice(0, this.firstHold()))
      for (const caller of callers) caller.dropped(error);
  }

  /** Index of the first waiting work that is no write; later work waits for it. */
  private firstHold(): number {
    const index = this.waiting.findIndex(({ kind }) => kind === "hold");
    return index < 0 ? this.waiting.length : index;
  }
}

/**
 * Any set before a later write that is certain to happen; a delete before another, which reports for both.
 */
function isPointless(earlier: Waiting, later: Kind): boolean {
  if (later === "fenced" || earlier.kind === "hold") return false;
  return earlier.kind !== "delete" || later === "delete";
}
