import { type BusMessage, decodeMessage } from "./bus-message.ts";
import type { BusPublisher } from "./bus-publisher.ts";
import type { BusSenders } from "./bus-senders.ts";
import type { Hearing, Link } from "./change-stream.ts";
import type { CoherenceSettings } from "./coherence.ts";
import { serverOf } from "./coherent-client.ts";
import { Subscription } from "./subscription.ts";

export interface BusLinkSettings extends CoherenceSettings {
  readonly channel: string;
  readonly publisher: BusPublisher;
  readonly senders: BusSenders;
}

/** A subscription to the bus. That it hears is proved by hearing oneself. */
export class BusLink implements Link {
  readonly ready: Promise<void>;
  readonly #settings: BusLinkSettings;
  readonly #hearing: Hearing;
  #subscription: Subscription | undefined;
  #echoed: (() => void) | undefined;

  constructor(settings: BusLinkSettings, hearing: Hearing) {
    this.#settings = settings;
    this.#hearing = hearing;
    this.ready = this.#open();
  }

  async probe(): Promise<void> {
    const now = performance.now();
    const echo = new Promise<void>((resolve) => {
      this.#echoed = resolve;
    });
    await Promise.all([this.#settings.publisher.beat(), echo]);
    // What has come before the echo has been heard by now, however long this process was held up.
    if (this.#settings.senders.forgetSilent(now)) this.#hearing.changed("all");
  }

  close(): void {
    this.#subscription?.close();
  }

  async #open(): Promise<void> {
    const { client, timeout, channel } = this.#settings;
    this.#subscription = new Subscription(serverOf(client), timeout, {
      heard: (_, message) => this.#heard(message),
      over: () => this.#hearing.over(),
    });
    await this.#subscription.open([channel]);
    await this.probe();
  }

  #heard(bytes: unknown): void {
    const message = decodeMessage(bytes);
    if (message === undefined) this.#hearing.changed("all");
    else if (message.from === this.#settings.publisher.id) this.#echoed?.();
    else this.#heardOther(message);
  }

  #heardOther(message: BusMessage): void {
    const isComplete = this.#settings.senders.hear(message, performance.now());
    if (!isComplete) this.#hearing.changed("all");
    else if (message.keys !== undefined) this.#hearing.changed(message.keys);
  }
}
