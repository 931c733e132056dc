import { randomUUID } from "node:crypto";
import { type ChangeListener, checkOption, type StopWatching } from "@hitbox/core";
import { ChangeStream } from "./change-stream.ts";
import type { Coherence, CoherenceSettings } from "./coherence.ts";
import type { CoherentClient } from "./coherent-client.ts";
import type { Ending, Keys } from "./own-change.ts";
import { TrackingLink } from "./tracking-link.ts";

/** A connection tracks one prefix for one other connection: who watches by way of a client. */
const watching = new WeakMap<CoherentClient, Tracking>();

/**
 * Hears of every change by anyone, from the server: https://redis.io/docs/latest/develop/reference/client-side-caching/
 * What came over the data connection itself is not told, with NOLOOP.
 */
export class Tracking implements Coherence {
  readonly #client: CoherentClient;
  readonly #stream: ChangeStream;

  constructor(settings: CoherenceSettings) {
    const open = (hearing: ConstructorParameters<typeof TrackingLink>[1]): TrackingLink =>
      new TrackingLink({ ...settings, token: randomUUID() }, hearing);
    this.#client = settings.client;
    this.#stream = new ChangeStream({ ...settings, open });
  }

  /** @throws TypeError where another backend watches by way of the same client. */
  watch(listener: ChangeListener): StopWatching {
    const other = watching.get(this.#client);
    const rule = "must be watched by one backend at a time: give each its own, such as client.duplicate()";
    checkOption(other === undefined || other === this, "client", this.#client, rule);
    watching.set(this.#client, this);
    const stop = this.#stream.watch(listener);
    return () => {
      stop();
      this.#release();
    };
  }

  began(): void {}

  // Of one's own writes the server does not tell. A late one may have come after a later read, whose copy is then old.
  ended(keys: Keys, how: Ending): void {
    if (how === "late") this.#stream.changed(keys);
  }

  // The server tells others of each key.
  cleared(): void {}

  async close(): Promise<void> {
    this.#stream.close();
    this.#release();
  }

  #release(): void {
    if (!this.#stream.isWatched && watching.get(this.#client) === this) watching.delete(this.#client);
  }
}
