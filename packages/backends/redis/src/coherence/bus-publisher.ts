import { randomUUID } from "node:crypto";
import { type BusMessage, encodeMessage } from "./bus-message.ts";
import type { BusServer } from "./bus-server.ts";
import type { CoherenceSettings } from "./coherence.ts";
import type { CoherentClient } from "./coherent-client.ts";
import type { Keys } from "./own-change.ts";

/** Keys of one message. */
const KEYS_PER_MESSAGE = 1_000;
/** Keys that wait to be told; over it, everything is said to have been changed. */
const MOST_WAITING = 10_000;
/** Milliseconds until what could not be told is tried again: at first, and at most after it has failed again and again. */
const PAUSE = 3;
const MAX_PAUSE = 25;

export interface BusPublisherSettings extends CoherenceSettings {
  readonly channel: string;
  readonly server: BusServer;
}

/**
 * Tells others what has been changed: what comes in one turn of the event loop goes as one message. One message at a
 * time is under way, so that they arrive in order; one that failed may have arrived, so its keys get a new number.
 */
export class BusPublisher {
  readonly id: string = randomUUID();
  readonly #settings: BusPublisherSettings;
  #waiting: Set<string> | "all" = new Set();
  #seq = 0;
  #sending: Promise<void> | undefined;
  #turn: NodeJS.Immediate | undefined;
  #retry: NodeJS.Timeout | undefined;
  #pause = PAUSE;
  #beat: NodeJS.Timeout | undefined;
  #hasSpoken = false;
  #isClosed = false;

  constructor(settings: BusPublisherSettings) {
    this.#settings = settings;
  }

  /** Ahead of the first change, so that even its maker's silence is noticed. */
  announce(): void {
    if (this.#seq === 0 && !this.#isClosed) this.#send([]);
  }

  changed(keys: Keys): void {
    this.#keep(keys);
    if (this.#isClosed || this.#retry !== undefined || this.#sending !== undefined) return;
    this.#turn ??= setImmediate(this.#flush);
  }

  /** A sign of life, with the number of the last message: whoever has missed that one notices. */
  beat(): Promise<void> {
    return this.#publish({});
  }

  /** Says what there is to say, and no more. What fails then goes unsaid. */
  async close(): Promise<void> {
    this.#isClosed = true;
    this.#flush();
    while (this.#sending !== undefined) await this.#sending;
    clearInterval(this.#beat);
  }

  /** After the close. With something left unsaid, silence is what makes others careful. */
  async sayGoodbye(): Promise<void> {
    if (this.#seq > 0 && this.#isEmpty) await this.#publish({ bye: true }).catch(() => {});
  }

  get #isEmpty(): boolean {
    return this.#waiting !== "all" && this.#waiting.size === 0;
  }

  #keep(keys: Keys): void {
    if (this.#waiting === "all") return;
    if (keys === "all") this.#waiting = "all";
    else for (const key of keys) this.#waiting.add(key);
    if (this.#waiting !== "all" && this.#waiting.size > MOST_WAITING) this.#waiting = "all";
  }

  readonly #flush = (): void => {
    clearImmediate(this.#turn);
    clearTimeout(this.#retry);
    this.#turn = undefined;
    this.#retry = undefined;
    if (this.#isEmpty || this.#sending !== undefined) return;
    this.#send(this.#take());
  };

  #send(keys: Keys): void {
    this.#seq += 1;
    this.#beat ??= this.#beatNowAndThen();
    this.#sending = this.#publish({ keys }).then(
      () => this.#sent(),
      () => this.#failed(keys),
    );
  }

  #take(): Keys {
    if (this.#waiting === "all") {
      this.#waiting = new Set();
      return "all";
    }
    const keys = [...this.#waiting].slice(0, KEYS_PER_MESSAGE);
    for (const key of keys) this.#waiting.delete(key);
    return keys;
  }

  #sent(): void {
    this.#sending = undefined;
    this.#pause = PAUSE;
    if (!this.#isEmpty) this.#flush();
  }

  #failed(keys: Keys): void {
    this.#sending = undefined;
    this.#keep(keys);
    if (this.#isClosed) return;
    this.#retry = setTimeout(this.#flush, this.#pause);
    this.#retry.unref();
    this.#pause = Math.min(2 * this.#pause, MAX_PAUSE);
  }

  #beatNowAndThen(): NodeJS.Timeout {
    const timer = setInterval(() => {
      if (!this.#hasSpoken) this.beat().catch(() => {});
      this.#hasSpoken = false;
      void this.#settings.server.look();
    }, this.#settings.heartbeat);
    return timer.unref();
  }

  #publish(message: Pick<BusMessage, "keys" | "bye">): Promise<void> {
    this.#hasSpoken = true;
    const { connection, heartbeat, channel, server } = this.#settings;
    const text = encodeMessage({ from: this.id, seq: this.#seq, every: heartbeat, ...message });
    let chosen: CoherentClient | undefined;
    return connection.run({
      send: async () => {
        chosen = server.choose();
        await chosen.publish(channel, text);
      },
      take: () => undefined,
      lost: () => server.failed(chosen),
    });
  }
}
