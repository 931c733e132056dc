import { BackendError } from "@hitbox/core";

/** Kinds of elements, as far as clients tell them apart. */
export type Kind = "text" | "null" | "number" | "error";

/** The replies that a client waits for: so many, or the messages of a subscription, without end. */
export type Expected = number | "messages";

/** Elements of one reply at most: more than any command of this adapter asks for. */
const MOST_ELEMENTS = 2 ** 20;
const DEEPEST = 8;
/** A message begins with its kind and its channel. */
const TEXTS_OF_MESSAGE = 2;

/**
 * Follows replies element by element. Refuses a reply that no command waits for, and a message without a
 * channel: ioredis throws errors for them that nobody can catch.
 */
export class ReplyShape {
  /** For each array that is open, the elements that are left. */
  readonly #open: number[] = [];
  #elements = 0;
  #expected: Expected = 0;

  /** The replies that may end from now on. */
  expect(replies: Expected): void {
    this.#expected = replies;
  }

  /** True if no reply is under way. */
  get isBetween(): boolean {
    return this.#open.length === 0;
  }

  array(length: number): void {
    if (this.#expected === "messages" && this.isBetween && length < TEXTS_OF_MESSAGE) throw noMessage();
    this.#begin("number", length);
    if (length > 0) this.#open.push(length);
    else this.ended("number");
    if (this.#open.length > DEEPEST) throw strange("too many arrays in arrays");
  }

  /** An element begins that is no array. */
  element(kind: Kind): void {
    this.#begin(kind, 0);
    if (this.#expected === "messages" && kind === "null" && this.isBetween) throw noMessage();
  }

  /** An element has ended, and so have the arrays of which it is the last one. */
  ended(kind: Kind): void {
    for (let left = this.#open.pop(); left !== undefined; left = this.#open.pop()) {
      if (left === 1) continue;
      this.#open.push(left - 1);
      return;
    }
    this.#elements = 0;
    this.#replied(kind);
  }

  #begin(kind: Kind, elements: number): void {
    const place = this.#elements;
    this.#elements += 1;
    if (this.#elements + elements > MOST_ELEMENTS) throw strange(`more than ${MOST_ELEMENTS} elements`);
    const isHead = this.#expected === "messages" && !this.isBetween && place <= TEXTS_OF_MESSAGE;
    if (isHead && kind !== "text") throw noMessage();
  }

  #replied(kind: Kind): void {
    if (this.#expected === "messages") return;
    this.#expected -= 1;
    // A server that hangs up may first say why, to no command.
    if (this.#expected < 0 && kind !== "error") throw strange("a reply that no command waits for");
  }
}

export function strange(what: string): BackendError {
  return new BackendError("connection", `the server sent ${what}`);
}

function noMessage(): BackendError {
  return strange("a message without a channel");
}
