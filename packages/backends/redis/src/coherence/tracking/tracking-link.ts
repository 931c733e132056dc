import type { NodePort, SideConnection, StopListening } from "../../connection/client-port.ts";
import type { Hearing, Link } from "../change-stream.ts";
import type { CoherenceSettings } from "../coherence.ts";
import { during, Subscription } from "../subscription.ts";

export interface TrackingLinkSettings extends CoherenceSettings {
  readonly node: NodePort;
  /** Names this link, and no other. */
  readonly token: string;
}

/** The channel on which a server tells a RESP2 connection of changes. */
const INVALIDATE = "__redis__:invalidate";

/** Tracking on the data connection, as long as that and the subscription last. */
export class TrackingLink implements Link {
  readonly ready: Promise<void>;
  readonly #settings: TrackingLinkSettings;
  readonly #hearing: Hearing;
  readonly #skipped: number;
  readonly #subscription: Subscription;
  readonly #stopListening: StopListening;
  #isClosed = false;
  /** True if the server may track for this link. */
  #mayTrack = false;
  /** The server's id of the subscription's connection. */
  #id = "";

  constructor(settings: TrackingLinkSettings, hearing: Hearing) {
    const { node, timeout, connection } = settings;
    this.#settings = settings;
    this.#hearing = hearing;
    this.#skipped = Buffer.byteLength(settings.start);
    const over = (): void => hearing.over();
    const heard = (channel: string, message: unknown): void => this.#heard(channel, message);
    this.#subscription = new Subscription(node, { timeout, heard, over });
    this.#stopListening = connection.port.on("closed", over);
    this.ready = this.#open();
  }

  /** Both connections answer, and the server still tracks for the second. */
  async probe(): Promise<void> {
    const [redirection] = await Promise.all([this.#call("CLIENT", "GETREDIR"), this.#subscription.ping()]);
    if (String(redirection) !== this.#id) throw new Error("tracking has been turned off");
  }

  close(): void {
    const { connection, node } = this.#settings;
    this.#isClosed = true;
    this.#stopListening();
    this.#subscription.close();
    // A proxy without CLIENT would close the data connection at this command.
    if (this.#mayTrack && connection.isReady) node.call("CLIENT", "TRACKING", "OFF").catch(() => {});
  }

  async #open(): Promise<void> {
    const { start, token } = this.#settings;
    const own = `${start}tracking:${token}`;
    await this.#subscription.open([INVALIDATE, own], async (side: SideConnection) => {
      this.#id = String(await during("CLIENT ID", side.call("CLIENT", "ID")));
    });
    // In a Sentinel group the two may have come to different servers, where the id is that of another
    // connection.
    const [, count] = (await this.#call("PUBSUB", "NUMSUB", own)) as [unknown, unknown];
    if (Number(count) !== 1) throw new Error("the subscription is with another server");
    this.#mayTrack = true;
    // The prefix of an earlier link would be refused as overlapping.
    await this.#call("CLIENT", "TRACKING", "OFF");
    const redirected = ["TRACKING", "ON", "REDIRECT", this.#id] as const;
    await this.#call("CLIENT", ...redirected, "BCAST", "PREFIX", start, "NOLOOP");
    // A link that no probe can prove is not opened: it would be lost again at once.
    await this.probe();
  }

  async #call(command: string, ...words: string[]): Promise<unknown> {
    if (this.#isClosed) throw new Error("closed meanwhile");
    const { connection, node } = this.#settings;
    return connection.run({ send: () => node.call(command, ...words), parse: (reply) => reply });
  }

  #heard(channel: string, keys: unknown): void {
    if (channel !== INVALIDATE) return;
    // Null: a database has been emptied. Anything else but keys is a fault of the server.
    const areKeys = Array.isArray(keys) && keys.every((key) => Buffer.isBuffer(key));
    this.#hearing.changed(areKeys ? keys.map((key) => this.#own(key)) : "all");
  }

  #own(key: Buffer): string {
    return key.toString("utf8", this.#skipped);
  }
}
