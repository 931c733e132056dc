import type { NodePort, StopListening } from "../../connection/client-port.ts";
import type { Hearing, Link } from "../change-stream.ts";
import { Subscription } from "../subscription.ts";
import { type BusMessage, decodeMessage } from "./bus-message.ts";
import type { BusPublisher, BusPublisherSettings } from "./bus-publisher.ts";
import type { BusSenders } from "./bus-senders.ts";

export interface BusLinkSettings extends BusPublisherSettings {
  readonly publisher: BusPublisher;
  readonly senders: BusSenders;
}

/** A subscription to the bus. It proves that it hears by hearing its own publisher. */
export class BusLink implements Link {
  readonly ready: Promise<void>;
  readonly #settings: BusLinkSettings;
  readonly #hearing: Hearing;
  #subscription: Subscription | undefined;
  /** A subscription at the owner, while the first one is elsewhere. It takes over when it hears. */
  #next: Subscription | undefined;
  #echoed: (() => void) | undefined;
  #hasHeard = false;
  #isClosed = false;
  readonly #stopListening: StopListening;

  constructor(settings: BusLinkSettings, hearing: Hearing) {
    const { port } = settings.connection;
    this.#settings = settings;
    this.#hearing = hearing;
    // A client that has left its server has come to another one, by the same name.
    this.#stopListening = port.topology === "server" ? port.on("closed", () => hearing.over()) : () => {};
    this.ready = this.#open();
  }

  async probe(): Promise<void> {
    const now = performance.now();
    const echo = new Promise<void>((resolve) => {
      this.#echoed = resolve;
    });
    await Promise.all([this.#settings.publisher.beat(), echo]);
    // Every message before the echo has been heard by now, however long this process was held up.
    if (this.#settings.senders.forgetSilent(now)) this.#hearing.changed("all");
    void this.#follow();
  }

  close(): void {
    this.#isClosed = true;
    this.#stopListening();
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

  #listen(server: NodePort): Subscription {
    const { timeout } = this.#settings;
    const subscription: Subscription = new Subscription(server, {
      timeout,
      heard: (_, message) => this.#heard(message, subscription),
      over: () => {
        if (subscription === this.#subscription) this.#hearing.over();
      },
    });
    return subscription;
  }

  /**
   * Moves to the owner without a gap: two subscriptions are open until that at the owner has heard something.
   */
  async #follow(): Promise<void> {
    const { server, channel } = this.#settings;
    const owner = await server.look();
    this.#next?.close();
    this.#next = undefined;
    const at = this.#subscription?.server;
    if (this.#isClosed || owner === undefined || at === undefined || at.address === owner.address) return;
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
