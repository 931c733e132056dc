import type { ChangeListener, StopWatching } from "@hitbox/core";
import { BusLink } from "./bus-link.ts";
import { BusPublisher } from "./bus-publisher.ts";
import { BusSenders } from "./bus-senders.ts";
import { ChangeStream } from "./change-stream.ts";
import type { Coherence, CoherenceSettings } from "./coherence.ts";
import type { Keys } from "./own-change.ts";

/** Tells of one's own changes over pub/sub, and hears of those of others who do. */
export class Bus implements Coherence {
  readonly #publisher: BusPublisher;
  readonly #stream: ChangeStream;

  constructor(settings: CoherenceSettings) {
    const channel = `${settings.start}changes`;
    this.#publisher = new BusPublisher(settings, channel);
    const common = { ...settings, channel, publisher: this.#publisher, senders: new BusSenders() };
    this.#stream = new ChangeStream({ ...settings, open: (hearing) => new BusLink(common, hearing) });
  }

  watch(listener: ChangeListener): StopWatching {
    return this.#stream.watch(listener);
  }

  // Told however it ended, and once more where it ended late: only then is it certain that it will not be executed.
  ended(keys: Keys): void {
    this.#publisher.changed(keys);
  }

  async close(): Promise<void> {
    this.#stream.close();
    await this.#publisher.close();
  }
}
