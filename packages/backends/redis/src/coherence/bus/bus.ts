import type { ChangeListener, StopWatching } from "@hitbox/core";
import { Deadline } from "../../connection/deadline.ts";
import type { Ending, Keys } from "../../connection/own-changes.ts";
import { ChangeStream } from "../change-stream.ts";
import type { Coherence, CoherenceSettings } from "../coherence.ts";
import { BusLink } from "./bus-link.ts";
import { BusPublisher } from "./bus-publisher.ts";
import { BusSenders } from "./bus-senders.ts";
import { BusServer } from "./bus-server.ts";

/** Tells of this backend's changes over pub/sub, and hears of the changes of backends that do the same. */
export class Bus implements Coherence {
  readonly #publisher: BusPublisher;
  readonly #stream: ChangeStream;
  readonly #patience: Deadline;
  #underway = 0;
  #idle: (() => void) | undefined;

  constructor(settings: CoherenceSettings) {
    const channel = `${settings.start}changes`;
    const onBus = { ...settings, channel, server: new BusServer(settings, channel) };
    this.#publisher = new BusPublisher(onBus);
    this.#patience = new Deadline(settings.timeout, () => new Error("changes are still under way"));
    const common = { ...onBus, publisher: this.#publisher, senders: new BusSenders() };
    this.#stream = new ChangeStream({ ...settings, open: (hearing) => new BusLink(common, hearing) });
  }

  watch(listener: ChangeListener): StopWatching {
    return this.#stream.watch(listener);
  }

  began(): Promise<void> | undefined {
    this.#underway += 1;
    return this.#publisher.announce();
  }

  // Told however it ended, and once more if it ended late: only then is it certain that it will not be
  // executed.
  ended(keys: Keys, how: Ending): void {
    this.#publisher.changed(keys);
    if (how !== "doubted") this.#underway -= 1;
    if (this.#underway === 0) this.#idle?.();
  }

  /** Everything under this backend's prefix may have been changed. */
  cleared(): void {
    this.#publisher.changed("all");
  }

  async close(): Promise<void> {
    this.#stream.close();
    const isSettled = await this.#settled();
    await this.#publisher.close();
    if (isSettled) await this.#publisher.sayGoodbye();
  }

  /** True if no change is under way any more, within the timeout. */
  async #settled(): Promise<boolean> {
    const idle = new Promise<void>((resolve) => {
      this.#idle = resolve;
      if (this.#underway === 0) resolve();
    });
    return this.#patience.limit(idle, { parse: () => true }).catch(() => false);
  }
}
