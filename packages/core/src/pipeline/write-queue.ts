import { BackendError } from "../backend-error.ts";
import { KeyedQueue } from "../keyed-queue.ts";
import { isPromise, type MaybePromise } from "../maybe-promise.ts";
import { WaitingWrite, type WriteKeys, type WriteKind } from "./waiting-write.ts";

/**
 * Sends the writes of a key to the store one after the other, in the order asked: each one after the store
 * has answered the one before. A batch takes its place in the queues of all its keys at once.
 *
 * A waiting write is not sent if later ones make it pointless; its caller is answered when those are. So the
 * callers of a key that is written faster than the store answers wait for few writes, however many there are.
 *
 * A write that gets no answer in time fails the writes that wait for it, too: it may still land, so they
 * could not keep the order. A silent store so holds up no caller for longer than one deadline.
 */
export class WriteQueue {
  readonly #queue = new KeyedQueue();
  /** For each key, the writes that wait, the earliest first. */
  readonly #waiting = new Map<string, WaitingWrite[]>();
  /** For each key whose writes were given up, their end. They may still land. */
  readonly #givenUp = new Map<string, Promise<unknown>>();

  /**
   * Calls `send` with the encoded value or values in turn, and answers as `send` does: for a batch, with one
   * answer for each key. A set that is not sent is answered with undefined, a delete with the later delete's
   * status.
   */
  run<E, R>(
    kind: WriteKind,
    keys: WriteKeys,
    encoded: MaybePromise<E>,
    send: (encoded: E) => MaybePromise<R>,
  ): MaybePromise<R | undefined> {
    const late = this.#givenUp.size === 0 ? undefined : this.#lateWrites(keys);
    if (!isPromise(encoded) && late === undefined && this.#queue.tail(keys) === undefined) {
      const answer = send(encoded);
      if (answer !== undefined && isPromise(answer))
        this.#queue.hold(keys, answer, (error) => this.#notice(keys, error));
      return answer;
    }
    const write = new WaitingWrite(kind, keys);
    const ready = Promise.all([encoded, late]).then(([value]) => value);
    this.#enter(write, ready);
    const answer = this.#inTurn(write, ready, send);
    write.answer = answer;
    return answer;
  }

  /** Runs `work` after all writes so far. Later writes do not wait for it. */
  afterAll<R>(work: () => MaybePromise<R>): MaybePromise<R> {
    return this.#queue.afterAll(work);
  }

  /** Resolves when all writes so far have ended, but for those that were given up. */
  idle(): Promise<void> {
    return this.#queue.idle();
  }

  /** Clears and `idle` wait no longer for the key's writes so far. Later writes of the key still do. */
  giveUp(key: string): void {
    const late = this.#queue.release(key);
    if (late === undefined) return;
    const all = Promise.all([late, this.#givenUp.get(key)]);
    this.#givenUp.set(key, all);
    void all.then(() => {
      if (this.#givenUp.get(key) === all) this.#givenUp.delete(key);
    });
  }

  async #inTurn<E, R>(
    write: WaitingWrite,
    ready: Promise<E>,
    send: (encoded: E) => MaybePromise<R>,
  ): Promise<R | undefined> {
    const turn = this.#queue.run(write.keys, async () => {
      this.#leave(write);
      const value = await ready;
      if (write.failure !== undefined) throw write.failure;
      const replaced = this.#replacedBy(write);
      if (replaced) return { replaced };
      try {
        return { sent: await send(value) };
      } catch (error) {
        this.#notice(write.keys, error);
        throw error;
      }
    });
    // The turn ends before the later writes are waited for: theirs come after it.
    const { replaced, sent } = await (turn as Promise<{ replaced?: () => Promise<unknown>; sent?: R }>);
    return replaced ? ((await replaced()) as R | undefined) : sent;
  }

  /** Fails the writes that wait for one that got no answer in time. */
  #notice(keys: WriteKeys, error: unknown): void {
    if (!BackendError.is(error) || error.code !== "timeout") return;
    for (const key of listOf(keys)) for (const write of this.#waiting.get(key) ?? []) write.failure ??= error;
  }

  #enter(write: WaitingWrite, ready: Promise<unknown>): void {
    for (const key of listOf(write.keys)) {
      const waiting = this.#waiting.get(key);
      if (waiting) waiting.push(write);
      else this.#waiting.set(key, [write]);
    }
    // A value that cannot be encoded is reported in turn.
    ready.then(
      () => {
        write.isReady = true;
      },
      () => {},
    );
  }

  #lateWrites(keys: WriteKeys): Promise<unknown> | undefined {
    const late = listOf(keys).flatMap((key) => this.#givenUp.get(key) ?? []);
    return late.length === 0 ? undefined : Promise.all(late);
  }

  /** The write is the first of each of its keys now. */
  #leave(write: WaitingWrite): void {
    for (const key of listOf(write.keys)) {
      const waiting = this.#waiting.get(key);
      waiting?.shift();
      if (waiting?.length === 0) this.#waiting.delete(key);
    }
  }

  /** The answers of the later writes that make `write` pointless; undefined if it must be sent. */
  #replacedBy({ kind, keys }: WaitingWrite): (() => Promise<unknown>) | undefined {
    if (this.#waiting.size === 0) return undefined;
    const answers: (() => Promise<unknown>)[] = [];
    for (const key of listOf(keys)) {
      const later = this.#waiting.get(key)?.findLast((waiting) => waiting.makesPointless(kind));
      if (later === undefined) return undefined;
      answers.push(() => later.answerFor(key, kind));
    }
    return typeof keys === "string" ? answers[0] : () => Promise.all(answers.map((answer) => answer()));
  }
}

function listOf(keys: WriteKeys): readonly string[] {
  return typeof keys === "string" ? [keys] : keys;
}
