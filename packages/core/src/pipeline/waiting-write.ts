import type { BackendError } from "../backend-error.ts";

/** `fenced` is a set that the store may refuse. */
export type WriteKind = "set" | "fenced" | "delete";

/** The key of a single write, or the keys of a batch. */
export type WriteKeys = string | readonly string[];

/** A write that waits for earlier writes of its keys. */
export class WaitingWrite {
  readonly kind: WriteKind;
  readonly keys: WriteKeys;
  /** The failure of an earlier write of its keys, which may still land. */
  failure: BackendError | undefined;
  /** True once its value is encoded: from then on the write is certain to be sent. */
  isReady = false;
  /**
   * Resolves when the write, or a later one in its place, has been answered: with one answer for each key of
   * a batch.
   */
  answer: Promise<unknown> | undefined;

  constructor(kind: WriteKind, keys: WriteKeys) {
    this.kind = kind;
    this.keys = keys;
  }

  /** True if `earlier`, a write of the same key, need not be sent before this one. */
  makesPointless(earlier: WriteKind): boolean {
    if (!this.isReady || this.kind === "fenced") return false;
    // A set cannot tell the caller of a delete whether there was an entry.
    return earlier !== "delete" || this.kind === "delete";
  }

  /**
   * Resolves, with the status if `kind` is a delete, for the caller of an earlier write of `key` that was not
   * sent.
   */
  async answerFor(key: string, kind: WriteKind): Promise<unknown> {
    const answer = await this.answer;
    if (kind !== "delete") return undefined;
    return typeof this.keys === "string" ? answer : (answer as readonly unknown[])[this.keys.indexOf(key)];
  }
}
