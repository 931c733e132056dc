import type { Kind, Sent, Write } from "./queued-write.ts";

/** A caller that waits for the end of a write: its own, a later one that has replaced it, or all so far. */
export class QueueCaller {
  readonly kind: Kind | "idle";
  readonly #resolve: (value: unknown) => void;
  readonly #reject: (error: unknown) => void;
  readonly #skip: Write["skip"];
  #isReplaced = false;

  constructor(
    kind: Kind | "idle",
    resolve: (value: unknown) => void,
    reject: (error: unknown) => void,
    skip?: Write["skip"],
  ) {
    this.kind = kind;
    this.#resolve = resolve;
    this.#reject = reject;
    this.#skip = skip;
  }

  /** Its write is not sent: a later one has made it pointless. It ends as that one does. */
  replaced(): void {
    this.#isReplaced = true;
  }

  /** `value` is the answer to a write of `kind`. */
  answered(kind: Sent["kind"] | undefined, value: unknown): void {
    if (this.#isReplaced) this.#skip?.();
    this.#resolve(kind === this.kind ? value : undefined);
  }

  failed(error: unknown): void {
    if (this.#isReplaced) this.#skip?.(error);
    this.#reject(error);
  }

  /** Neither its write nor one that has replaced it was sent. */
  dropped(error: unknown): void {
    this.#isReplaced = true;
    this.failed(error);
  }
}
