/** Bytes of the fields that a frame header may have, by their two-bit flags (RFC 8878, 3.1.1.1). */
const DICTIONARY_ID_BYTES = [0, 1, 2, 4];
const CONTENT_SIZE_BYTES = [0, 2, 4, 8];
const MAGIC = 0xfd2fb528;
const RUN_LENGTH = 1;
const RESERVED = 3;

/**
 * Checks one Zstandard frame, block by block, without decoding it. The frame must fill `bytes` exactly, and
 * the content size in its header, if there is one, must be `decodedBytes`. Decoders differ here: some read on
 * into a second frame, others ignore bytes after the first, and all may believe the header's size.
 *
 * @throws RangeError
 */
export function checkFrame(bytes: Uint8Array, decodedBytes: number): void {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (view.byteLength < 6 || view.getUint32(0, true) !== MAGIC) throw new RangeError("not a Zstandard frame");
  const flags = view.getUint8(4);
  const isSingleSegment = (flags & 0x20) !== 0;
  const contentSizeAt = 5 + (isSingleSegment ? 0 : 1) + (DICTIONARY_ID_BYTES[flags & 3] as number);
  const sizeBytes = flags >> 6 === 0 && isSingleSegment ? 1 : (CONTENT_SIZE_BYTES[flags >> 6] as number);
  const size = sizeBytes === 0 ? decodedBytes : contentSize(view, contentSizeAt, sizeBytes);
  if (size !== decodedBytes) throw new RangeError(`the frame holds ${size} bytes instead of ${decodedBytes}`);
  const checksumBytes = (flags & 4) === 0 ? 0 : 4;
  if (endOfBlocks(view, contentSizeAt + sizeBytes) + checksumBytes !== view.byteLength)
    throw new RangeError("the payload must be exactly one frame; bytes are missing or follow it");
}

function contentSize(view: DataView, at: number, sizeBytes: number): number {
  if (sizeBytes === 1) return view.getUint8(at);
  if (sizeBytes === 2) return view.getUint16(at, true) + 256;
  if (sizeBytes === 4) return view.getUint32(at, true);
  return Number(view.getBigUint64(at, true));
}

/** The position after the last block. A DataView throws a RangeError of its own past the end. */
function endOfBlocks(view: DataView, start: number): number {
  for (let at = start; ; ) {
    const header = view.getUint16(at, true) + view.getUint8(at + 2) * 0x1_0000;
    const type = (header >> 1) & 3;
    if (type === RESERVED) throw new RangeError("a block of an unknown type");
    at += 3 + (type === RUN_LENGTH ? 1 : header >> 3);
    if ((header & 1) === 1) return at;
  }
}
