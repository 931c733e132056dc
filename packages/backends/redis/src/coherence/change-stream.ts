import type { ChangeListener, StopWatching } from "@hitbox/core";
import type { Connection } from "../connection.ts";
import { Deadline } from "../deadline.ts";
import { pauses } from "../settings.ts";
import type { Keys } from "./own-change.ts";

/** What a link hears. */
export interface Hearing {
  changed(keys: Keys): void;
  /** The link has broken. May be called more than once. */
  over(): void;
}

/** One attempt to hear of changes, from its beginning until it breaks or is closed. */
export interface Link {
  /** Resolves when every change from then on is heard; rejects where it cannot be opened. */
  readonly ready: Promise<void>;
  /** Resolves where changes are still heard. */
  probe(): Promise<unknown>;
  close(): void;
}

export interface ChangeStreamSettings {
  readonly connection: Connection;
  /** Milliseconds: half of them for the pause between two probes, half for the answer. */
  readonly heartbeat: number;
  /** Milliseconds in which a link is ready. */
  readonly timeout: number;
  open(hearing: Hearing): Link;
}

interface Watch {
  readonly listener: ChangeListener;
}

/** Keeps a link open while anybody watches, and tells all who do what it hears, and when it is not there. */
export class ChangeStream {
  readonly #settings: ChangeStreamSettings;
  readonly #opening: Deadline;
  readonly #answer: Deadline;
  readonly #watches = new Set<Watch>();
  #link: Link | undefined;
  #isUp = false;
  #failures = 0;
  readonly #pause = pauses();
  #timer: NodeJS.Timeout | undefined;

  constructor(settings: ChangeStreamSettings) {
    this.#settings = settings;
    this.#opening = new Deadline(settings.timeout, silent);
    this.#answer = new Deadline(settings.heartbeat / 2, silent);
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
    this.#settings.connection.client.on("ready", this.#connect);
    this.#connect();
  }

  #end(): void {
    this.#settings.connection.client.off("ready", this.#connect);
    clearTimeout(this.#timer);
    this.#isUp = false;
    this.#failures = 0;
    const link = this.#link;
    this.#link = undefined;
    link?.close();
  }

  // Without a connection to the server there is nothing to try: it says when it is ready.
  readonly #connect = (): void => {
    if (this.#link !== undefined || !this.#settings.connection.isReady) return;
    clearTimeout(this.#timer);
    const link = this.#settings.open({
      changed: (keys) => {
        if (this.#link === link) this.changed(keys);
      },
      over: () => this.#lose(link),
    });
    this.#link = link;
    this.#opening.limit(link.ready, { take: () => this.#restore(link) }).catch(() => this.#lose(link));
  };

  #restore(link: Link): void {
    if (this.#link !== link) return;
    this.#isUp = true;
    this.#failures = 0;
    this.#probeLater(link);
    this.#tell("restored");
  }

  #lose(link: Link): void {
    if (this.#link !== link) return;
    const wasUp = this.#isUp;
    this.#isUp = false;
    this.#link = undefined;
    clearTimeout(this.#timer);
    this.#failures += 1;
    this.#timer = setTimeout(this.#connect, this.#pause(this.#failures));
    this.#timer.unref();
    if (wasUp) this.#tell("lost");
    link.close();
  }

  #probeLater(link: Link): void {
    this.#timer = setTimeout(() => {
      const again = (): void => {
        if (this.#link === link) this.#probeLater(link);
      };
      this.#answer.limit(link.probe(), { take: again }).catch(() => this.#lose(link));
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
