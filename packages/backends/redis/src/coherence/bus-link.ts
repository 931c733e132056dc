import { type BusMessage, decodeMessage } from "./bus-message.ts";
import type { BusPublisher, BusPublisherSettings } from "./bus-publisher.ts";
import type { BusSenders } from "./bus-senders.ts";
import { addressOf } from "./bus-server.ts";
import type { Hearing, Link } from "./change-stream.ts";
import type { CoherentClient } from "./coherent-client.ts";
import { Subscription } from "./subscription.ts";

export interface BusLinkSettings extends BusPublisherSettings {
  readonly publisher: BusPublisher;
  readonly senders: BusSenders;
}

/** A subscription to the bus. That it hears is proved by hearing oneself. */
export class BusLink implements Link {
  readonly ready: Promise<void>;
  readonly #settings: BusLinkSettings;
  readonly #hearing: Hearing;
  #subscription: Subscription | undefined;
  /** At the owner, where the other is not, and takes its place when it hears. */
  #next: Subscription | undefined;
  #echoed: (() => void) | undefined;
  #hasHeard = false;
  #isClosed = false;

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
    void this.#follow();
  }

  close(): void {
    this.#isClosed = true;
    if (!this.#hasHeard) this.#settings.server.failed(this.#subscription?.server);
    this.#subscription?.close();
    this.#next?.close();
  }

  async #open(): Promise<void> {
    const { server, channel } = this.#settings;
    this.#subscription = this.#listen(server.choose());
    await this.#subscription.open([channel]);
    await this.probe();
  }

  #listen(server: CoherentClient): Subscription {
    const { timeout } = this.#settings;
    const subscription = new Subscription(server, timeout, {
      heard: (_, message) => this.#heard(message, subscription),
      over: () => {
        if (subscription === this.#subscription) this.#hearing.over();
      },
    });
    return subscription;
  }

  /** Moves to the owner where another is listened to, without a gap: both are, until the owner's is known to hear. */
  async #follow(): Promise<void> {
    const { server, channel } = this.#settings;
    const owner = await server.look();
    this.#next?.close();
    this.#next = undefined;
    const at = this.#subscription?.server;
    if (this.#isClosed || owner === undefined || at === undefined || addressOf(at) === addressOf(owner))
      return;
    this.#next = this.#listen(owner);
    await this.#next.open([channel]).catch(() => {});
  }

  #heard(bytes: unknown, by: Subscription): void {
    const message = decodeMessage(bytes);
    if (message === undefined) this.#hearing.changed("all");
    else if (message.from === this.#settings.publisher.id) this.#heardOwn(by);
    else this.#heardOther(message);
  }

  #heardOwn(by: Subscription): void {
    this.#hasHeard = true;
    if (by === this.#next) {
      this.#subscription?.close();
      this.#subscription = by;
      this.#next = undefined;
    }
    this.#echoed?.();
  }

  #heardOther(message: BusMessage): void {
    const isComplete = this.#settings.senders.hear(message, performance.now());
    if (!isComplete) this.#hearing.changed("all");
    else if (message.keys !== undefined) this.#hearing.changed(message.keys);
  }
}
