import { BackendError } from "@hitbox/core";

/** The body of an answer: a stream of Node, unless a client of the caller has another handler. */
export interface Body {
  transformToByteArray(): Promise<Uint8Array>;
}

/** Bytes of a body, and false if there are more. */
export interface Bytes {
  readonly bytes: Uint8Array;
  readonly isWhole: boolean;
}

interface Stream extends AsyncIterable<Uint8Array> {
  destroy(): void;
}

/**
 * Reads at most `most` bytes. The rest of a longer body is not received: its connection is broken. `length`
 * is the announced one.
 */
export async function readBody(
  body: Body | undefined,
  length: number | undefined,
  most: number,
): Promise<Bytes> {
  if (body === undefined) return { bytes: new Uint8Array(), isWhole: true };
  if (isStream(body)) return firstOf(body, most);
  // A body of another kind is in memory, or is a stream that a browser reads.
  if (length !== undefined && length > most) return { bytes: new Uint8Array(), isWhole: false };
  const bytes = await body.transformToByteArray();
  return { bytes: bytes.subarray(0, most), isWhole: bytes.byteLength <= most };
}

/** An object that another writer has made larger than any entry. */
export function tooLarge(most: number): BackendError {
  return new BackendError("too-large", `the object has more than ${most} bytes. Raise \`maxValueBytes\`.`);
}

function isStream(body: object): body is Stream & Body {
  const { destroy, [Symbol.asyncIterator]: iterator } = body as Partial<Stream>;
  return typeof destroy === "function" && typeof iterator === "function";
}

async function firstOf(stream: Stream, most: number): Promise<Bytes> {
  const chunks: Uint8Array[] = [];
  let total = 0;
  for await (const chunk of stream) {
    chunks.push(chunk);
    total += chunk.byteLength;
    // The end of the loop destroys the stream.
    if (total > most) break;
  }
  return { bytes: Buffer.concat(chunks, Math.min(total, most)), isWhole: total <= most };
}
