import { type BackendListener, outside, type StopWatching } from "@hitbox/core";
import type { Hearing, Line, OpenLine } from "./line.ts";
import { Messages, newsIn } from "./messages.ts";
import { within } from "./within.ts";

export interface CoherenceSettings {
  readonly channel: string;
  readonly openLine: OpenLine;
  /** Sends a message over a connection for data. */
  readonly send: (message: string) => Promise<unknown>;
  /** Milliseconds: half of them for the pause between two probes, half for the answer. */
  readonly heartbeat: number;
  /** Milliseconds in which a line is open, and in which its first echo comes. */
  readonly timeout: number;
  /** Called with the reason if changes are not heard, and that does not mend itself. */
  readonly warn: (reason: string) => void;
}

/** Milliseconds between two attempts: longer with each failure. */
const PAUSE_STEP_MS = 100;
const LONGEST_PAUSE_MS = 5_000;

/** Failures in a row after which an operator is told. */
const PERSISTENT = 5;

const DEAF = "no message came back within the timeout: a pooler in transaction mode hands on none";

/** One attempt to hear, from its beginning until it breaks. */
interface Attempt {
  line?: Line;
}

/**
 * Hears of changes that other backends tell on a channel. A line counts as open when a message has come back
 * that was sent over a connection for data: a pooler may take LISTEN and hand on nothing.
 */
export class Coherence {
  readonly messages: Messages = new Messages();
  readonly #settings: CoherenceSettings;
  readonly #watches = new Set<{ readonly listener: BackendListener }>();
  readonly #echoes = new Map<string, () => void>();
  #attempt: Attempt | undefined;
  #isUp = false;
  #failures = 0;
  #count = 0;
  #timer: NodeJS.Timeout | undefined;

  constructor(settings: CoherenceSettings) {
    this.#settings = settings;
  }

  watch(listener: BackendListener): StopWatching {
    const watch = { listener };
    this.#watches.add(watch);
    if (this.#watches.size === 1) outside(() => this.#connect());
    // Not before the caller knows how to stop.
    else queueMicrotask(() => this.#isUp && this.#watches.has(watch) && listener.restored());
    return () => {
      if (this.#watches.delete(watch) && this.#watches.size === 0) this.#end();
    };
  }

  /** Tells all others that any entry may have been removed. */
  tellAll(): Promise<unknown> {
    return this.#settings.send(this.messages.all);
  }

  /** Ends every watch, as lost. */
  close(): void {
    if (this.#isUp) this.#tell("lost");
    this.#watches.clear();
    this.#end();
  }

  #end(): void {
    clearTimeout(this.#timer);
    const attempt = this.#attempt;
    this.#attempt = undefined;
    this.#isUp = false;
    this.#failures = 0;
    attempt?.line?.close();
  }

  #connect(): void {
    const attempt: Attempt = {};
    this.#attempt = attempt;
    this.#open(attempt).catch((error: unknown) => this.#lose(attempt, error));
  }

  async #open(attempt: Attempt): Promise<void> {
    const { channel, openLine, timeout } = this.#settings;
    const opening = openLine(channel, this.#hearingOf(attempt)).then((line) => {
      attempt.line = line;
      if (this.#attempt !== attempt) line.close();
    });
    await within(timeout, opening, "no connection within the timeout");
    await this.#echo(timeout);
    if (this.#attempt !== attempt) return;
    this.#isUp = true;
    this.#probeLater(attempt);
    this.#tell("restored");
  }

  #hearingOf(attempt: Attempt): Hearing {
    return {
      heard: (message) => {
        if (this.#attempt === attempt) this.#heard(message);
      },
      over: () => this.#lose(attempt, undefined),
    };
  }

  #heard(message: string): void {
    const news = newsIn(message);
    if ("echo" in news) this.#echoes.get(news.echo)?.();
    if (news.from === this.messages.sender || !("keys" in news)) return;
    const { keys } = news;
    if (keys !== "all") for (const { listener } of this.#watches) listener.changed(keys);
    else if (this.#isUp) {
      this.#tell("lost");
      this.#tell("restored");
    }
  }

  /** Resolves when a message has come back. */
  async #echo(ms: number): Promise<void> {
    this.#count += 1;
    const message = this.messages.echo(this.#count);
    try {
      const back = new Promise<void>((resolve) => this.#echoes.set(message, resolve));
      const both = Promise.all([back, this.#settings.send(message)]);
      await within(ms, both, DEAF);
    } finally {
      this.#echoes.delete(message);
    }
  }

  #probeLater(attempt: Attempt): void {
    const half = this.#settings.heartbeat / 2;
    const probe = async (): Promise<void> => {
      const ping = attempt.line?.ping;
      await (ping ? within(half, ping(), "no answer to a probe") : this.#echo(half));
      if (this.#attempt !== attempt) return;
      this.#failures = 0;
      this.#probeLater(attempt);
    };
    this.#timer = setTimeout(() => {
      probe().catch((error: unknown) => this.#lose(attempt, error));
    }, half).unref();
  }

  #lose(attempt: Attempt, reason: unknown): void {
    if (this.#attempt !== attempt) return;
    const wasUp = this.#isUp;
    this.#isUp = false;
    this.#failures += 1;
    clearTimeout(this.#timer);
    // Until the next attempt this one hears nothing more.
    this.#attempt = {};
    const pause = Math.min(PAUSE_STEP_MS * 2 ** (this.#failures - 1), LONGEST_PAUSE_MS);
    this.#timer = setTimeout(() => outside(() => this.#connect()), pause).unref();
    if (wasUp) this.#tell("lost");
    attempt.line?.close();
    if (this.#failures === PERSISTENT && reason instanceof Error) this.#settings.warn(reason.message);
  }

  #tell(what: "lost" | "restored"): void {
    for (const { listener } of this.#watches) listener[what]();
  }
}
