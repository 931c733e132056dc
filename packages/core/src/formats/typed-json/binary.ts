import { endianness } from "node:os";
import { QUOTE } from "../json-string.ts";
import type { JsonWriter } from "./json-writer.ts";

type BinaryClass = new (memory: ArrayBuffer) => ArrayBuffer | ArrayBufferView;

interface Binary {
  readonly elementBytes: number;
  readonly from: (bytes: Buffer<ArrayBuffer>) => unknown;
}

const TYPED_ARRAYS = [
  Uint8Array,
  Uint8ClampedArray,
  Int8Array,
  Uint16Array,
  Int16Array,
  Uint32Array,
  Int32Array,
  BigUint64Array,
  BigInt64Array,
  Float32Array,
  Float64Array,
  // Node 24 and later.
  (globalThis as { readonly Float16Array?: typeof Float32Array }).Float16Array,
].filter((Kind) => Kind !== undefined);

/** The kinds of binary data, by the name in the escape. */
const BINARIES: ReadonlyMap<string, Binary> = new Map<string, Binary>([
  ["Buffer", { elementBytes: 1, from: (bytes) => bytes }],
  ["ArrayBuffer", { elementBytes: 1, from: (bytes) => bytes.buffer }],
  ["DataView", { elementBytes: 1, from: (bytes) => new DataView(bytes.buffer) }],
  ...TYPED_ARRAYS.map((Kind): [string, Binary] => [
    Kind.name,
    { elementBytes: Kind.BYTES_PER_ELEMENT, from: (bytes) => new (Kind as BinaryClass)(bytes.buffer) },
  ]),
]);

/** The prototypes of this realm's kinds that are views, by name. */
export const VIEW_PROTOTYPES: ReadonlyMap<object, string> = new Map<object, string>([
  [Buffer.prototype, "Buffer"],
  [DataView.prototype, "DataView"],
  ...TYPED_ARRAYS.map((Kind): [object, string] => [Kind.prototype, Kind.name]),
]);

/** Writes the escape of binary data: its bytes in base64 (RFC 4648), elements in little-endian order. */
export function writeBinary(
  kind: string,
  { buffer, byteOffset, byteLength }: ArrayBufferView,
  out: JsonWriter,
): void {
  const bytes = Buffer.from(buffer, byteOffset, byteLength);
  out.ascii(`"$${kind}:`);
  out.ascii(littleEndian(bytes, BINARIES.get(kind)?.elementBytes ?? 1).toString("base64"));
  out.byte(QUOTE);
}

/** The inverse, with memory of its own; undefined for an unknown kind. */
export function reviveBinary(kind: string, base64: string): unknown {
  const binary = BINARIES.get(kind);
  return binary?.from(littleEndian(bytesOf(base64), binary.elementBytes) as Buffer<ArrayBuffer>);
}

function bytesOf(base64: string): Buffer<ArrayBuffer> {
  const padding = base64.endsWith("==") ? 2 : base64.endsWith("=") ? 1 : 0;
  const size = (base64.length / 4) * 3 - padding;
  if (base64.length % 4 !== 0) throw new RangeError("base64 of a wrong length");
  const bytes = Buffer.allocUnsafeSlow(size);
  if (bytes.write(base64, "base64") !== size) throw new RangeError("characters that are not base64");
  return bytes;
}

/** Exchanges memory order and little-endian order: a copy where they differ. */
export function littleEndian(
  bytes: Buffer,
  elementBytes: number,
  machine: "BE" | "LE" = endianness(),
): Buffer {
  if (machine === "LE" || elementBytes === 1) return bytes;
  const swapped = Buffer.from(bytes);
  if (elementBytes === 2) return swapped.swap16();
  return elementBytes === 4 ? swapped.swap32() : swapped.swap64();
}
