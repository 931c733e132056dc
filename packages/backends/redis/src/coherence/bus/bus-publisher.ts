import { randomUUID } from "node:crypto";
import { outside } from "@hitbox/core";
import type { NodePort } from "../../connection/client-port.ts";
import type { Keys } from "../../connection/own-changes.ts";
import { isRefusal } from "../../connection/refusal.ts";
import type { CoherenceSettings } from "../coherence.ts";
import { type BusMessage, encodeMessage, KEYS_PER_MESSAGE } from "./bus-message.ts";
import type { BusServer } from "./bus-server.ts";
import { PublishProof } from "./publish-proof.ts";

/** Most keys that wait to be told. With more, everything counts as changed. */
const MOST_WAITING = 10_000;
/** Milliseconds until a failed message is tried again: the first time, and at most. */
const PAUSE = 3;
const MAX_PAUSE = 25;
/** The same if the server refuses messages for good. */
const REFUSED_PAUSE = 1_000;

export interface BusPublisherSettings extends CoherenceSettings {
  readonly channel: string;
  readonly server: BusServer;
}

/**
 * Tells others of changed keys. The changes of one turn of the event loop are one message. One message at a
 * time is under way, so that messages arrive in order. A message that failed may have arrived, so its keys
 * get a new number.
 */
export class BusPublisher {
  readonly id: string = randomUUID();
  readonly #settings: BusPublisherSettings;
  readonly #proof: PublishProof;
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
    const sign = encodeMessage({ from: this.id, seq: 0, every: settings.heartbeat });
    const { connection, timeout, channel } = settings;
    this.#proof = new PublishProof(connection.port, timeout, ["PUBLISH", channel, sign]);
  }

  /**
   * Sends a first message before the first change, so that others notice if this process dies before it
   * tells. The first change waits for the promise, if there is one.
   */
  announce(): Promise<void> | undefined {
    if (this.#seq > 0 || this.#isClosed) return undefined;
    const proof = this.#proof.pending();
    if (proof !== undefined) return proof.then(this.#first, this.#refused);
    return this.#first();
  }

  changed(keys: Keys): void {
    this.#keep(keys);
    if (this.#isClosed || this.#retry !== undefined || this.#sending !== undefined) return;
    this.#turn ??= setImmediate(this.#flush);
  }

  /** A sign of life, with the number of the last message: a listener that has missed that message notices. */
  beat(): Promise<void> {
    return this.#publish({});
  }

  /** Sends the messages that are left. A message that fails now is not sent again. */
  async close(): Promise<void> {
    this.#isClosed = true;
    this.#flush();
    while (this.#sending !== undefined) await this.#sending;
    clearInterval(this.#beat);
  }

  /** After the close. If a change could not be told, no goodbye: the silence makes others careful. */
  async sayGoodbye(): Promise<void> {
    if (this.#seq > 0 && this.#isEmpty) await this.#publish({ bye: true }).catch(() => {});
  }

  readonly #first = (): undefined => {
    if (this.#seq === 0 && !this.#isClosed) this.#send([]);
  };

  readonly #refused = (reason: unknown): void => {
    if (isRefusal(reason)) this.#settings.warnings.say("HITBOX_REDIS_PUBLISH", (reason as Error).message);
  };

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
    this.#beat ??= outside(() => this.#beatNowAndThen());
    // Outside: a message that is sent after another one would keep the context of the first.
    this.#sending = outside(() =>
      this.#publish({ keys }).then(
        () => this.#sent(),
        (reason: unknown) => this.#failed(keys, reason),
      ),
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

  #failed(keys: Keys, reason: unknown): void {
    this.#sending = undefined;
    this.#keep(keys);
    if (this.#isClosed) return;
    this.#refused(reason);
    this.#retry = setTimeout(this.#flush, isRefusal(reason) ? REFUSED_PAUSE : this.#pause);
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
    let chosen: NodePort | undefined;
    return connection.run({
      send: async () => {
        const proof = this.#proof.pending();
        if (proof !== undefined) await proof;
        chosen = server.choose();
        await chosen.call("PUBLISH", channel, text);
      },
      parse: () => undefined,
      failed: () => server.failed(chosen),
    });
  }
}
