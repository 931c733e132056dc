import type { Hearing, Link } from "./change-stream.ts";
import type { CoherenceSettings } from "./coherence.ts";
import { Subscription } from "./subscription.ts";

export interface TrackingLinkSettings extends CoherenceSettings {
  /** Names this link, and no other. */
  readonly token: string;
}

/** Where a server tells a RESP2 connection of changes. */
const INVALIDATE = "__redis__:invalidate";

/** Tracking on the data connection, as long as that and the subscription last. */
export class TrackingLink implements Link {
  readonly ready: Promise<void>;
  readonly #settings: TrackingLinkSettings;
  readonly #hearing: Hearing;
  readonly #skipped: number;
  readonly #subscription: Subscription;
  readonly #over: () => void;
  #isClosed = false;
  /** The subscription's connection, as the server calls it. */
  #id = "";

  constructor(settings: TrackingLinkSettings, hearing: Hearing) {
    this.#settings = settings;
    this.#hearing = hearing;
    this.#skipped = Buffer.byteLength(settings.start);
    this.#over = () => hearing.over();
    this.#subscription = new Subscription(settings.client, settings.timeout, {
      heard: (channel, message) => this.#heard(channel, message),
      over: this.#over,
    });
    settings.client.on("close", this.#over);
    this.ready = this.#open();
  }

  /** Both connections answer, and the server still tracks for the second. */
  async probe(): Promise<void> {
    const [redirection] = await Promise.all([this.#call("CLIENT", "GETREDIR"), this.#subscription.ping()]);
    if (String(redirection) !== this.#id) throw new Error("tracking has been turned off");
  }

  close(): void {
    this.#isClosed = true;
    this.#settings.client.off("close", this.#over);
    this.#subscription.close();
    if (this.#settings.connection.isReady) this.#send("CLIENT", "TRACKING", "OFF").catch(() => {});
  }

  async #open(): Promise<void> {
    const { start, token } = this.#settings;
    const own = `${start}tracking:${token}`;
    this.#id = await this.#subscription.open([INVALIDATE, own]);
    // In a Sentinel group the two may have come to different servers, where the id is somebody else's.
    const [, count] = (await this.#call("PUBSUB", "NUMSUB", own)) as [unknown, unknown];
    if (Number(count) !== 1) throw new Error("the subscription is with another server");
    // What is left of an earlier link would be refused as an overlapping prefix.
    await this.#call("CLIENT", "TRACKING", "OFF");
    const redirected = ["TRACKING", "ON", "REDIRECT", this.#id] as const;
    await this.#call("CLIENT", ...redirected, "BCAST", "PREFIX", start, "NOLOOP");
  }

  async #call(command: string, ...words: string[]): Promise<unknown> {
    if (this.#isClosed) throw new Error("closed meanwhile");
    return this.#settings.connection.run({
      send: () => this.#send(command, ...words),
      take: (reply) => reply,
    });
  }

  #send(command: string, ...words: string[]): Promise<unknown> {
    return this.#settings.client.call(command, ...words);
  }

  #heard(channel: string, keys: unknown): void {
    if (channel !== INVALIDATE) return;
    // Null says that a database has been emptied.
    this.#hearing.changed(Array.isArray(keys) ? keys.map((key) => this.#own(key)) : "all");
  }

  #own(key: Buffer): string {
    return key.toString("utf8", this.#skipped);
  }
}
