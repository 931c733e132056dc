import { BackendError } from "@hitbox/core";

/** The first line of a reply, and the bytes that come with a value. */
export interface Reply {
  readonly line: string;
  readonly body?: Uint8Array | undefined;
  /** A value came that is longer than is accepted: it was dropped on its way. */
  readonly isTooLong?: true;
}

/** Longest line: a key has 250 bytes, and messages are short. */
const MAX_LINE = 2_048;

const LINE_FEED = 10;
const CARRIAGE_RETURN = 13;

/** A value on its way: its bytes and the line end after them. */
interface Body {
  readonly line: string;
  readonly length: number;
  /** Undefined for a value that is dropped. */
  readonly bytes: Buffer | undefined;
  filled: number;
}

/**
 * Cuts the stream of a server into replies, of the text protocol and of meta commands alike. Values are
 * copied out of what the socket has read, so that a small one keeps no large buffer alive.
 */
export class ReplyReader {
  readonly #maxBytes: number;
  readonly #heard: (reply: Reply) => void;
  #rest = "";
  #body: Body | undefined;
  /** A value of the text protocol, until the END after it. */
  #untilEnd: Reply | undefined;

  /** `maxBytes`: longest value that is accepted. A longer one takes no memory. */
  constructor(maxBytes: number, heard: (reply: Reply) => void) {
    this.#maxBytes = maxBytes;
    this.#heard = heard;
  }

  /** @throws BackendError `corrupt` if this is no reply of a memcached server. */
  push(chunk: Buffer): void {
    let at = 0;
    while (at < chunk.length) at = this.#body ? this.#fill(this.#body, chunk, at) : this.#readLine(chunk, at);
  }

  #readLine(chunk: Buffer, at: number): number {
    const end = chunk.indexOf(LINE_FEED, at);
    const line = this.#rest + chunk.toString("latin1", at, end < 0 ? chunk.length : end);
    if (line.length > MAX_LINE) throw noReply("a line is too long");
    this.#rest = end < 0 ? line : "";
    if (end < 0) return chunk.length;
    this.#begin(line.endsWith("\r") ? line.slice(0, -1) : line);
    return end + 1;
  }

  #begin(line: string): void {
    const size = sizeIn(line);
    if (size !== undefined) {
      if (Number.isNaN(size) || this.#untilEnd) throw noReply("a value is out of place");
      const bytes = size <= this.#maxBytes ? Buffer.allocUnsafe(size + 2) : undefined;
      this.#body = { line, length: size + 2, bytes, filled: 0 };
    } else if (this.#untilEnd === undefined) this.#heard({ line });
    else if (line === "END") this.#give(this.#untilEnd);
    else throw noReply("the end of a value is missing");
  }

  #fill(body: Body, chunk: Buffer, at: number): number {
    const taken = Math.min(chunk.length - at, body.length - body.filled);
    if (body.bytes) chunk.copy(body.bytes, body.filled, at, at + taken);
    body.filled += taken;
    if (body.filled === body.length) this.#end(body);
    return at + taken;
  }

  #end({ line, bytes, length }: Body): void {
    this.#body = undefined;
    if (bytes && (bytes[length - 2] !== CARRIAGE_RETURN || bytes[length - 1] !== LINE_FEED))
      throw noReply("a value is longer than announced");
    const reply: Reply = bytes ? { line, body: bytes.subarray(0, length - 2) } : { line, isTooLong: true };
    if (line.startsWith("VALUE ")) this.#untilEnd = reply;
    else this.#give(reply);
  }

  #give(reply: Reply): void {
    this.#untilEnd = undefined;
    this.#heard(reply);
  }
}

/** Bytes of the value that follows a line; undefined: none follows. */
function sizeIn(line: string): number | undefined {
  if (line.startsWith("VA ")) return wholeNumber(wordAt(line, 3));
  if (line.startsWith("VALUE ")) return wholeNumber(line.split(" ", 4)[3]);
  return undefined;
}

/** Not by `split`, which each value of a batch would pay for. */
function wordAt(line: string, start: number): string {
  const end = line.indexOf(" ", start);
  return end < 0 ? line.slice(start) : line.slice(start, end);
}

function wholeNumber(text: string | undefined): number {
  return text !== undefined && /^\d{1,10}$/.test(text) ? Number(text) : Number.NaN;
}

function noReply(reason: string): BackendError {
  return new BackendError("corrupt", `this is no reply of a memcached server: ${reason}`);
}
