import { randomUUID } from "node:crypto";
import { type ChangeListener, checkOption, type StopWatching } from "@hitbox/core";
import type { NodePort } from "../../connection/client-port.ts";
import type { Ending, Keys } from "../../connection/own-changes.ts";
import { ChangeStream } from "../change-stream.ts";
import type { Coherence, CoherenceSettings } from "../coherence.ts";
import { TrackingLink } from "./tracking-link.ts";

/** The backend that watches over each client: a connection tracks one prefix for one other connection. */
const watching = new WeakMap<object, Tracking>();

/**
 * Hears of every change by anyone, from the server:
 * https://redis.io/docs/latest/develop/reference/client-side-caching/ With NOLOOP the server does not tell of
 * changes that came over the data connection itself.
 */
export class Tracking implements Coherence {
  readonly #client: object;
  readonly #stream: ChangeStream;

  constructor(settings: CoherenceSettings) {
    const { port } = settings.connection;
    const { node } = port as { readonly node: NodePort };
    const open = (hearing: ConstructorParameters<typeof TrackingLink>[1]): TrackingLink =>
      new TrackingLink({ ...settings, node, token: randomUUID() }, hearing);
    this.#client = port.identity;
    this.#stream = new ChangeStream({ ...settings, open });
  }

  /** @throws TypeError if another backend watches over the same client. */
  watch(listener: ChangeListener): StopWatching {
    const other = watching.get(this.#client);
    const rule = "must be watched by one backend at a time: give each its own, such as client.duplicate()";
    checkOption(other === undefined || other === this, "client", "a client that is watched", rule);
    watching.set(this.#client, this);
    const stop = this.#stream.watch(listener);
    return () => {
      stop();
      this.#release();
    };
  }

  began(): undefined {}

  // The server does not tell of a backend's own writes. A late write may follow a read, whose copy is then
  // old.
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
