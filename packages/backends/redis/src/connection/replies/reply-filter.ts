import { endOfLine, lengthIn } from "./reply-line.ts";
import { type Expected, ReplyShape, strange } from "./reply-shape.ts";

/** Bounds of one reply, in bytes. */
export interface ReplyLimits {
  /** Longest string. */
  readonly string: number;
  /** All strings of a reply. */
  readonly reply: number;
}

/** First bytes of elements. */
const FIRST = { text: 0x2b, error: 0x2d, number: 0x3a, string: 0x24, array: 0x2a };
const LINE_END_BYTES = 2;
const NOTHING = Buffer.alloc(0);

/**
 * Reads the replies of a server on their way to a client. A string that is too long does not get there: an
 * error takes its place as soon as its length is known, and its bytes are dropped as they come.
 *
 * Protocol (RESP2): https://redis.io/docs/latest/develop/reference/protocol-spec/
 */
export class ReplyFilter {
  limits: ReplyLimits;
  readonly #shape = new ReplyShape();
  /** Bytes of a string that are still to come, its line end included. */
  #left = 0;
  #isDropped = false;
  /** Bytes of all strings in the reply that is under way. */
  #total = 0;
  /** The beginning of a line whose end has not come yet. */
  #line: Buffer = NOTHING;

  constructor(limits: ReplyLimits) {
    this.limits = limits;
  }

  /**
   * Takes the next bytes of the server, and returns those for the client.
   *
   * @throws BackendError `connection` for bytes that are no replies, or none of those that are expected.
   */
  pass(bytes: Buffer, expected: Expected): Buffer {
    this.#shape.expect(expected);
    const all = this.#line.length === 0 ? bytes : Buffer.concat([this.#line, bytes]);
    const parts: Buffer[] = [];
    let [kept, at] = [0, 0];
    while (at < all.length) {
      const isContent = this.#left > 0;
      const end = isContent ? Math.min(at + this.#left, all.length) : endOfLine(all, at);
      if (end === 0) break;
      const error = isContent ? this.#content(end - at) : this.#header(all, at, end);
      if (error !== undefined) {
        parts.push(all.subarray(kept, at), error);
        kept = end;
      }
      at = end;
    }
    this.#line = at === all.length ? NOTHING : all.subarray(at);
    return parts.length === 0 ? all.subarray(0, at) : Buffer.concat([...parts, all.subarray(kept, at)]);
  }

  /** Takes bytes of a string. Returns the bytes that take their place, if they are dropped. */
  #content(length: number): Buffer | undefined {
    const isDropped = this.#isDropped;
    this.#left -= length;
    if (this.#left === 0 && !isDropped) this.#shape.ended("text");
    return isDropped ? NOTHING : undefined;
  }

  /** Takes a line. Returns the bytes that take its place, if it announces a string that is too long. */
  #header(bytes: Buffer, start: number, end: number): Buffer | undefined {
    switch (bytes[start]) {
      case FIRST.string:
        return this.#string(lengthIn(bytes, start + 1, end));
      case FIRST.array:
        return this.#array(lengthIn(bytes, start + 1, end));
      case FIRST.text:
        return this.#whole("text");
      case FIRST.error:
        return this.#whole("error");
      case FIRST.number:
        return this.#whole("number");
      default:
        throw strange("bytes that are no reply");
    }
  }

  #string(length: number): Buffer | undefined {
    if (length < 0) return this.#whole("null");
    this.#total = length + (this.#shape.isBetween ? 0 : this.#total);
    this.#isDropped = length > this.limits.string || this.#total > this.limits.reply;
    this.#left = length + LINE_END_BYTES;
    if (!this.#isDropped) {
      this.#shape.element("text");
      return undefined;
    }
    // For the client the string has ended.
    this.#whole("error");
    this.#total -= length;
    return tooLarge(length, this.limits);
  }

  #array(length: number): undefined {
    if (length < 0) return this.#whole("null");
    if (this.#shape.isBetween) this.#total = 0;
    this.#shape.array(length);
  }

  /** An element of one line. */
  #whole(kind: "text" | "null" | "number" | "error"): undefined {
    this.#shape.element(kind);
    this.#shape.ended(kind);
  }
}

/** As a server would say it: `classify` knows the first word. */
function tooLarge(length: number, { string, reply }: ReplyLimits): Buffer {
  const reason =
    length > string ? `over the limit of ${string}` : `and all of one batch are over the limit of ${reply}`;
  return Buffer.from(`-TOOLARGE the stored value has ${length} bytes, ${reason}\r\n`);
}
