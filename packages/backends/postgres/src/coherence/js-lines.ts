import type { PostgresJs } from "../client.ts";
import type { Hearing, OpenLine } from "./line.ts";

/**
 * Lines over the package `postgres`, which makes its listening connection anew by itself, for ever. So there
 * is one subscription for all lines: a second one would be made anew beside it. Nothing tells that the
 * connection is gone; only that it is there again, and that no echo comes.
 */
export function jsLines(listen: NonNullable<PostgresJs["listen"]>): OpenLine {
  const subscription = new Subscription();
  return async (channel, hearing) => {
    await subscription.ready(listen, channel, hearing);
    return { close: () => subscription.leave(hearing) };
  };
}

class Subscription {
  #hearing: Hearing | undefined;
  #isAsked = false;
  #isListening = false;
  #failure: { readonly error: unknown } | undefined;
  readonly #waiting = new Set<() => void>();

  async ready(listen: NonNullable<PostgresJs["listen"]>, channel: string, hearing: Hearing): Promise<void> {
    this.#hearing = hearing;
    if (!this.#isAsked) {
      this.#isAsked = true;
      const failed = (error: unknown): void => this.#settle({ error });
      listen(channel, (message) => this.#hearing?.heard(message), this.#listens).then(undefined, failed);
    }
    if (!this.#isListening && !this.#failure)
      await new Promise<void>((resolve) => this.#waiting.add(resolve));
    if (this.#failure) throw this.#failure.error;
  }

  leave(hearing: Hearing): void {
    if (this.#hearing === hearing) this.#hearing = undefined;
  }

  /** Called again whenever the connection has been made anew: messages were missed meanwhile. */
  readonly #listens = (): void => {
    if (this.#isListening) this.#hearing?.over();
    this.#isListening = true;
    this.#settle(undefined);
  };

  #settle(failure: { readonly error: unknown } | undefined): void {
    this.#failure = failure;
    for (const resolve of this.#waiting) resolve();
    this.#waiting.clear();
  }
}
