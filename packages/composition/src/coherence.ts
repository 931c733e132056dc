import {
  type CacheBackend,
  type ChangeListener,
  checkOption,
  isPromise,
  type StopWatching,
} from "@hitbox/core";
import { type CoherenceMessage, coherenceChanges } from "./channels.ts";
import type { KeyActivity } from "./order/key-activity.ts";
import type { OrderedTier } from "./order/ordered-tier.ts";

/** Between two attempts to empty a first tier that fails, in milliseconds. */
const PAUSE_MS = 1_000;

/**
 * Keeps a first tier from answering with values that others have replaced, here or elsewhere. It drops each
 * key that L2 reports as changed. If notifications may have been lost, the tier is emptied, and bypassed
 * until they are back: no read reaches it and no write, and no operation under way is put into it later. If
 * it may be behind, it is read and written for a while after the loss, and bypassed then; it is emptied all
 * the same.
 */
export class Coherence implements ChangeListener {
  readonly #label: string;
  readonly #l1: OrderedTier;
  readonly #drops: OrderedTier;
  readonly #activity: KeyActivity;
  readonly #stop: StopWatching;
  readonly #serveMs: number;
  #isHeard = false;
  /** True if L1 is in use. */
  #isInUse = false;
  #timer: NodeJS.Timeout | undefined;

  /** `serveMs`: milliseconds for which L1 answers on while changes are not heard. */
  constructor(label: string, l1: OrderedTier, l2: CacheBackend, activity: KeyActivity, serveMs: number) {
    checkOption(l1.backend.supports.clear, "l1", l1.backend, "must support clear, since l2 tells of changes");
    this.#label = label;
    this.#l1 = l1;
    this.#drops = l1.withPurpose("coherence");
    this.#activity = activity;
    this.#serveMs = serveMs;
    l1.bypass();
    this.#stop = l2.watch(this);
  }

  changed(keys: readonly string[]): void {
    for (const key of keys) {
      this.#activity.disturb(key);
      this.#drop(key);
    }
  }

  lost(): void {
    // A second loss does not make the first one later.
    if (this.#isHeard) {
      this.#l1.fallBehind(this.#serveMs);
      this.#tell("lost");
    }
    this.#isHeard = false;
    this.#isInUse = false;
  }

  restored(): void {
    this.#isHeard = true;
    // Operations under way may be older than changes without a notification.
    this.#activity.disturbAll();
    this.#empty();
  }

  stop(): void {
    this.#isHeard = false;
    clearTimeout(this.#timer);
    this.#stop();
  }

  #tell(state: CoherenceMessage["state"]): void {
    if (!coherenceChanges.hasSubscribers) return;
    coherenceChanges.publish({ composition: this.#label, state } satisfies CoherenceMessage);
  }

  /** Takes the tier back once it is empty. */
  #empty(): void {
    clearTimeout(this.#timer);
    const take = (): void => {
      if (!this.#isHeard) return;
      this.#l1.resume();
      if (!this.#isInUse) this.#tell("restored");
      this.#isInUse = true;
    };
    attempt(
      () => this.#l1.clear(),
      take,
      () => {
        this.#timer = setTimeout(() => this.#isHeard && this.#empty(), PAUSE_MS).unref();
      },
    );
  }

  /** A tier that keeps removed entries is as good as one that has missed a change. */
  #drop(key: string): void {
    const again = (): void => {
      this.#l1.bypass();
      if (this.#isHeard) this.restored();
    };
    attempt(() => this.#drops.delete(key), noop, again);
  }
}

function attempt(run: () => unknown, succeed: () => void, fail: () => void): void {
  try {
    const done = run();
    if (isPromise(done)) done.then(succeed, fail);
    else succeed();
  } catch {
    fail();
  }
}

function noop(): void {}
