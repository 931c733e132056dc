import { type ChangeListener, outside, type StopWatching } from "@hitbox/core";
import type { Connection } from "../connection/connection.ts";
import { Deadline } from "../connection/deadline.ts";
import type { Keys } from "../connection/own-changes.ts";
import { pauses } from "../connection/pauses.ts";
import { isRefusal } from "../connection/refusal.ts";
import { safeError } from "../connection/safe-error.ts";
import type { Warnings } from "../connection/warnings.ts";

/** Receives the news of a link. */
export interface Hearing {
  changed(keys: Keys): void;
  /** The link has broken. May be called more than once. */
  over(): void;
}

/** One attempt to hear of changes, from its beginning until it breaks or is closed. */
export interface Link {
  /**
   * Resolves when every change from then on is heard. Rejects with the reason if the link cannot be opened.
   */
  readonly ready: Promise<void>;
  /** Resolves if changes are still heard. */
  probe(): Promise<unknown>;
  close(): void;
}

export interface ChangeStreamSettings {
  readonly connection: Connection;
  /** Milliseconds: half of them for the pause between two probes, half for the answer. */
  readonly heartbeat: number;
  /** Milliseconds in which a link is ready. */
  readonly timeout: number;
  readonly warnings: Warnings;
  open(hearing: Hearing): Link;
}

interface Watch {
  readonly listener: ChangeListener;
}

/** Failures in a row, with a connection to the server, after which the reason is said to an operator. */
const PERSISTENT = 5;
/** Milliseconds between two attempts if the server refuses the link for good. */
const REFUSED_PAUSE = 5_000;

/**
 * Keeps a link open while there are watches. Tells them of changes, and when the link is lost and restored.
 */
export class ChangeStream {
  readonly #settings: ChangeStreamSettings;
  readonly #opening: Deadline;
  readonly #answer: Deadline;
  readonly #watches = new Set<Watch>();
  #link: Link | undefined;
  #isUp = false;
  /** Links that were lost in a row before they had answered a probe. */
  #failures = 0;
  readonly #pause = pauses();
  #timer: NodeJS.Timeout | undefined;
  #stopListening: () => void = () => {};

  constructor(settings: ChangeStreamSettings) {
    this.#settings = settings;
    this.#opening = new Deadline(settings.timeout, silent, safeError);
    this.#answer = new Deadline(settings.heartbeat / 2, silent, safeError);
  }

  get isWatched(): boolean {
    return this.#watches.size > 0;
  }

  watch(listener: ChangeListener): StopWatching {
    const watch = { listener };
    this.#watches.add(watch);
    if (this.#watches.size === 1) this.#start();
    // Not before the caller knows how to stop.
    else queueMicrotask(() => this.#welcome(watch));
    return () => {
      if (this.#watches.delete(watch) && !this.isWatched) this.#end();
    };
  }

  changed(keys: Keys): void {
    if (keys !== "all") for (const { listener } of this.#watches) listener.changed(keys);
    else if (this.#isUp) {
      this.#tell("lost");
      this.#tell("restored");
    }
  }

  close(): void {
    if (!this.isWatched) return;
    if (this.#isUp) this.#tell("lost");
    this.#watches.clear();
    this.#end();
  }

  #welcome(watch: Watch): void {
    if (this.#isUp && this.#watches.has(watch)) watch.listener.restored();
  }

  #start(): void {
    this.#stopListening = this.#settings.connection.port.on("ready", this.#connect);
    outside(this.#connect);
  }

  #end(): void {
    this.#stopListening();
    clearTimeout(this.#timer);
    this.#isUp = false;
    this.#failures = 0;
    const link = this.#link;
    this.#link = undefined;
    link?.close();
  }

  // Without a connection to the server there is nothing to try: the client tells when it is ready.
  readonly #connect = (): void => {
    if (this.#link !== undefined || !this.#settings.connection.isReady) return;
    clearTimeout(this.#timer);
    const link = this.#settings.open({
      changed: (keys) => {
        if (this.#link === link) this.changed(keys);
      },
      // A link that is not yet open soon rejects with the reason.
      over: () => (this.#isUp ? lose(undefined) : void setImmediate(lose, undefined)),
    });
    const lose = (reason: unknown): void => this.#lose(link, reason);
    this.#link = link;
    this.#opening.limit(link.ready, { parse: () => this.#restore(link) }).catch(lose);
  };

  #restore(link: Link): void {
    if (this.#link !== link) return;
    this.#isUp = true;
    this.#probeLater(link);
    this.#tell("restored");
  }

  #lose(link: Link, reason: unknown): void {
    if (this.#link !== link) return;
    const wasUp = this.#isUp;
    this.#isUp = false;
    this.#link = undefined;
    clearTimeout(this.#timer);
    this.#failures += 1;
    this.#timer = setTimeout(this.#connect, this.#explained(reason, wasUp));
    this.#timer.unref();
    if (wasUp) this.#tell("lost");
    link.close();
  }

  /** Says the reason if the link will not come by itself. The milliseconds until the next attempt. */
  #explained(reason: unknown, wasUp: boolean): number {
    const { connection, warnings } = this.#settings;
    const pause = this.#pause(wasUp ? Math.min(this.#failures, PERSISTENT) : this.#failures);
    if (!(reason instanceof Error) || !connection.isReady) return pause;
    const isRefused = isRefusal(reason);
    if (isRefused || this.#failures >= PERSISTENT) warnings.say("HITBOX_REDIS_COHERENCE", reason.message);
    return isRefused ? REFUSED_PAUSE : pause;
  }

  #probeLater(link: Link): void {
    this.#timer = setTimeout(() => {
      const again = (): void => {
        if (this.#link !== link) return;
        this.#failures = 0;
        this.#probeLater(link);
      };
      const lose = (reason: unknown): void => this.#lose(link, reason);
      this.#answer.limit(link.probe(), { parse: again }).catch(lose);
    }, this.#settings.heartbeat / 2);
    this.#timer.unref();
  }

  #tell(what: "lost" | "restored"): void {
    for (const { listener } of this.#watches) listener[what]();
  }
}

function silent(): Error {
  return new Error("no answer in time");
}
